"""WHAT WE ASK, WHEN, AND WHAT HAPPENED: measures, protocols, assessments, loads."""
