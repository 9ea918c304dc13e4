"""The API as a stranger reads it: generated from its document, thousands of calls, each answer held against it."""
