"""Eligibility: facts, conditions in three-valued logic, assessments and estimates."""
