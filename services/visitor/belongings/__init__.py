"""What visitors carry: declared, left outside in a locker with a tag, given back. Control 2.7c."""
