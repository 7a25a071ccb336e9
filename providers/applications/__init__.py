"""Into the directory: businesses apply, people of the vendor look at what they say, and decide."""
