"""What people are told: followed from the services, kept in each one's inbox, sent on by the channels that are set."""
