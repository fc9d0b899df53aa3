"""Runs made for one question that plain driving cannot answer, one question a file."""
