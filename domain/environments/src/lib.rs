//! Environments, their type, the identity of servers, and the guard's decisions.
