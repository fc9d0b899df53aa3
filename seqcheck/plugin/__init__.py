"""What the pytest plugin is made of; nothing here is imported before seqcheck is asked for."""
