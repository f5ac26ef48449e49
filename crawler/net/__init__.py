"""One place each for how the crawler behaves on the network: whom it talks to, how often, and what it takes."""
