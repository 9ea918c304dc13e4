"""The pages: one module a slice, each with a `router` that the app finds by itself."""
