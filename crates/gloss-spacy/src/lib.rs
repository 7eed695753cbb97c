//! Runs trained spaCy CNN pipelines without Python, with spaCy's output.
