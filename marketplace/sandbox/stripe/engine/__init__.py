"""What all resources stand on: storing objects, reading parameters, answering requests in Stripe's manner."""
