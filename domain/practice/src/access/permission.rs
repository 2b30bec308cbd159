//! What can be done, and which roles may.

use super::role::Role;
use Role::{Assistant, Auditor, CabinetManager, GroupAnalyst, Practitioner, Receptionist, SuperAdmin};
use std::fmt;

/// Declares the permissions: `Name = "word", "what it allows", [roles];`.
macro_rules! permissions {
    ($($(#[doc = $about:literal])+ $name:ident = $word:literal, [$($role:ident),*];)*) => {
        /// Something that can be done.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Permission {
            $($(#[doc = $about])+ $name,)*
        }

        impl Permission {
            /// Every permission.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The word for it, as the API shows it.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }

            /// What it allows, in a sentence.
            pub fn about(self) -> &'static str {
                match self {
                    $(Self::$name => concat!($($about),+).trim_ascii(),)*
                }
            }

            /// The roles that hold it.
            pub fn roles(self) -> &'static [Role] {
                match self {
                    $(Self::$name => &[$($role),*],)*
                }
            }
        }
    };
}

permissions! {
    /// See a cabinet, its hours, services and equipment.
    CabinetsRead = "cabinets.read", [SuperAdmin, GroupAnalyst, Auditor, CabinetManager, Practitioner, Assistant, Receptionist];
    /// Open cabinets, close them, and see how that goes.
    CabinetsProvision = "cabinets.provision", [SuperAdmin];
    /// Change a cabinet's particulars.
    CabinetsWrite = "cabinets.write", [SuperAdmin, CabinetManager];
    /// Change how a cabinet is configured.
    CabinetsConfigure = "cabinets.configure", [SuperAdmin, CabinetManager];
    /// See whether a cabinet is well, and since when.
    CabinetsHealth = "cabinets.health", [SuperAdmin, GroupAnalyst, Auditor, CabinetManager];
    /// See people, their roles and when they were last there.
    UsersRead = "users.read", [SuperAdmin, Auditor, CabinetManager];
    /// Invite people, change their particulars, let them in or not.
    UsersWrite = "users.write", [SuperAdmin, CabinetManager];
    /// Give roles and take them away.
    RolesGrant = "roles.grant", [SuperAdmin, CabinetManager];
    /// Read who did what.
    AuditRead = "audit.read", [SuperAdmin, Auditor, CabinetManager];
    /// See figures of cabinets.
    AnalyticsRead = "analytics.read", [SuperAdmin, GroupAnalyst, CabinetManager];
    /// Find patients and see their particulars.
    PatientsRead = "patients.read", [SuperAdmin, CabinetManager, Practitioner, Assistant, Receptionist];
    /// Enter patients and change their particulars.
    PatientsWrite = "patients.write", [SuperAdmin, CabinetManager, Practitioner, Assistant, Receptionist];
    /// See medical and dental history.
    ClinicalRead = "patients.clinical.read", [SuperAdmin, Practitioner, Assistant];
    /// Write medical and dental history.
    ClinicalWrite = "patients.clinical.write", [SuperAdmin, Practitioner, Assistant];
    /// Merge records of one person, and undo it.
    PatientsMerge = "patients.merge", [SuperAdmin, CabinetManager, Practitioner];
    /// Remove patients from the cabinet's lists.
    PatientsDelete = "patients.delete", [SuperAdmin, CabinetManager, Practitioner];
    /// See the diary and what is free.
    AppointmentsRead = "appointments.read", [SuperAdmin, CabinetManager, Practitioner, Assistant, Receptionist];
    /// Book, move and cancel.
    AppointmentsWrite = "appointments.write", [SuperAdmin, CabinetManager, Practitioner, Assistant, Receptionist];
    /// Book over what is booked, with a reason.
    AppointmentsOverbook = "appointments.overbook", [SuperAdmin, CabinetManager, Practitioner, Receptionist];
    /// Change working hours and absences.
    SchedulesWrite = "schedules.write", [SuperAdmin, CabinetManager, Practitioner];
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_permission_has_a_word_of_its_own_and_a_sentence() {
        let words: BTreeSet<&str> = Permission::ALL.iter().map(|permission| permission.name()).collect();
        assert_eq!(words.len(), Permission::ALL.len());
        for permission in Permission::ALL {
            assert!(permission.about().ends_with('.'), "{permission}");
            assert!(permission.roles().contains(&SuperAdmin), "{permission}");
        }
    }

    #[test]
    fn who_looks_at_figures_or_at_the_record_sees_no_patient() {
        for permission in Permission::ALL {
            if permission.name().starts_with("patients.") || permission.name().starts_with("appointments.") {
                for role in [GroupAnalyst, Auditor] {
                    assert!(!permission.roles().contains(&role), "{role}: {permission}");
                }
            }
        }
    }

    #[test]
    fn the_desk_sees_no_medical_history() {
        assert!(!Permission::ClinicalRead.roles().contains(&Receptionist));
        assert!(!Permission::ClinicalRead.roles().contains(&CabinetManager));
    }
}
