"""Consents: a photo and a signature at the door, each by a consent of its own. Control 2.1."""
