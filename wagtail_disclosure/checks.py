"""System checks: each thing a webmaster can get wrong, with a hint."""
