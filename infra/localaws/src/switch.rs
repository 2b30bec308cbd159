//! Switching one event source off and on.

use tokio::sync::watch;

/// On until it is switched off.
#[derive(Debug, Clone)]
pub(crate) struct Switch(watch::Sender<bool>);

impl Switch {
    /// On.
    pub(crate) fn on() -> Self {
        Self(watch::Sender::new(true))
    }

    /// Switches.
    pub(crate) fn set(&self, on: bool) {
        self.0.send_replace(on);
    }

    /// Waits until it is on.
    pub(crate) async fn wait(&self) {
        // The sender is `self`: it cannot be gone.
        let _ = self.0.subscribe().wait_for(|on| *on).await;
    }
}
