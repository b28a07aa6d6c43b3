"""What the exchange does under load, one file for each measure."""
