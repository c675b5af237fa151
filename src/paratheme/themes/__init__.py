"""What is looked for: theme sets, and the words that speak of them."""
