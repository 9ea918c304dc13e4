"""The three services of Gatehouse: visitor, access, equipment. Each owns its database; they follow each other's facts."""
