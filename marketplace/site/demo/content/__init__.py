"""What the demo tells: tables of names, prices, problems and conversations, and nothing that acts."""
