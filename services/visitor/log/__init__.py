"""The log of visits: filters, search, how many there are, and files of what is seen. Controls 2.1, 2.12.2."""
