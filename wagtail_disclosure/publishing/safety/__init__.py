"""What a file may hide: its kind by content, what it carries besides what a reader sees, and viruses."""
