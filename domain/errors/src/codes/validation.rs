//! 16xx: validation.

codes! {
    INVALID = 1601, Invalid, "The copy did not pass validation", "Read the failed checks; the target is as it was.";
}
