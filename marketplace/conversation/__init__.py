"""What customer and provider say to each other, and when the next word is promised."""
