"""The three services: visitor, access, equipment. Each owns its database; they follow each other's facts."""
