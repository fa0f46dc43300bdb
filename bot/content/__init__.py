"""Content: YAML files read into the frozen values that the core works with."""
