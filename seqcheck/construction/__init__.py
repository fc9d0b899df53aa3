"""From what the user typed to instances: targets, signatures, recipes, probes and configuration."""
