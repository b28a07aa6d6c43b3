"""What a process needs before it can serve or work."""
