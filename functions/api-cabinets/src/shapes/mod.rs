//! What requests and answers are made of. Most types here only describe types that know nothing of HTTP.

/// Declares an answer that is a list under a name.
macro_rules! lists {
    ($($(#[doc = $about:literal])+ $name:ident { $field:ident: $shape:ident })*) => {$(
        $(#[doc = $about])+
        #[derive(Debug, Deserialize, ToSchema)]
        #[expect(dead_code, reason = "describes another type")]
        pub struct $name {
            /// Each of them.
            $field: Vec<$shape>,
        }
    )*};
}

mod cabinet;
mod configuration;
mod inventory;
mod provisioning;
mod reports;
mod rollouts;

pub use cabinet::{Address, Cabinet, CabinetDetails, Cabinets, NewCabinetStatus, OpenOrClosed};
pub use configuration::{
    Configuration, ConfigurationChange, ConfigurationChanges, ConfigurationVersion, Configurations, NewConfiguration,
};
pub use inventory::{
    Equipment, EquipmentList, NewEquipmentShape, NewResourceShape, NewServiceShape, OpeningHours, OpeningWeek,
    Resource, Resources, Service, Services,
};
pub use provisioning::{NewProvisioning, NewTemplate, ProvisionFrom, Provisioning, Template, Templates};
pub use reports::{Activity, ActivityReport, CabinetHealth, Health, HealthFinding, HealthHistory, HealthReport};
pub use rollouts::{NewRollout, Rollout, RolloutChange, RolloutChanges, RolloutStage, Rollouts};
