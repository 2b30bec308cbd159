//! The clone operation: fold of its events, plan of chunks, decisions, checks, report.
