"""Put on the path of processes that are measured."""
