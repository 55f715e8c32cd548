"""WHO, WHERE, WHAT WAS DONE: people, sites, cohorts, procedures, access, audit."""
