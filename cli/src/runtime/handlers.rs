//! Every function of the pipeline, the last step first: the order in which workers look for work.

use nova_events::Function;
use nova_kit::Handler;

/// Functions in the order in which their messages are taken.
pub(super) const ORDER: [Function; 12] = [
    Function::Rollback,
    Function::Notify,
    Function::Promote,
    Function::Validate,
    Function::Finalize,
    Function::Import,
    Function::Anonymize,
    Function::Prepare,
    Function::Snapshot,
    Function::Keeper,
    Function::Guard,
    Function::Export,
];

/// The handler of a function; none for those of the practice platform, which act on no operation: `nova serve` runs them.
pub fn handler(function: Function) -> Option<&'static dyn Handler> {
    Some(match function {
        Function::Guard => &nova_fn_guard::Guard,
        Function::Snapshot => &nova_fn_snapshot::Snapshot,
        Function::Keeper => &nova_fn_keeper::Keep,
        Function::Prepare => &nova_fn_prepare::Prepare,
        Function::Export => &nova_fn_export::Export,
        Function::Anonymize => &nova_fn_anonymize::Anonymize,
        Function::Import => &nova_fn_import::Import,
        Function::Finalize => &nova_fn_finalize::Finalize,
        Function::Validate => &nova_fn_validate::Validate,
        Function::Promote => &nova_fn_promote::Promote,
        Function::Rollback => &nova_fn_rollback::Rollback,
        Function::Notify => &nova_fn_notify::Notify,
        Function::Provision => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_is_listened_to_and_handles_its_own_queue() {
        for function in Function::ALL {
            assert!(ORDER.contains(&function), "{function:?}");
            assert_eq!(handler(function).unwrap().function(), function);
        }
    }
}
