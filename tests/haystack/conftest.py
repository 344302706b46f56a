"""Haystack's own tests run by themselves (run.py), not under pytest."""

collect_ignore = ["test_haystack", "settings.py", "run.py"]
