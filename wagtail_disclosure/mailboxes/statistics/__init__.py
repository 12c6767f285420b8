"""Public statistics of a mailbox: what came in, what was answered and how fast, without numbers that point at anybody."""
