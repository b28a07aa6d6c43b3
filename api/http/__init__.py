"""The HTTP interface: the application, its routes and their schemas."""
