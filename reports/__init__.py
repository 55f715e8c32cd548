"""WHAT WE LEARN AND WHAT MAY LEAVE: frames, analyses, figures, reports."""
