"""Sites, their areas and doors, their office hours and calendar."""
