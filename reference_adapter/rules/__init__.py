"""The rules: one function a use-case row, one module an operation."""
