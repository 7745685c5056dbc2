"""Replies: read, and judged field by field in every reading that the decisions allow."""
