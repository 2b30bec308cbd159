// Made by `nova platform types` of the OpenAPI document; do not change by hand.
/** What one may do in a cabinet, or in all of them. */
export type Access = {
  /** The cabinet; none: the whole group. */
  "cabinet"?: string | null;
  /** What it allows in this session. */
  "permissions": Array<string>;
  /** The role that allows it. */
  "role": string;
};

/** What to do with users. */
export type Action = "enable" | "disable" | "sign-out" | "give-role" | "take-role";

/** What happened in a cabinet. */
export type Activity = {
  /** Appointments that began in the time. */
  "appointments": number;
  /** The cabinet. */
  "cabinet": string;
  /** How many were called off. */
  "cancelled": number;
  /** How many of them took place. */
  "completed": number;
  /** Minutes that were booked. */
  "minutes": number;
  /** Its name. */
  "name": string;
  /** How many nobody came to. */
  "no_shows": number;
  /** Patients on its lists. */
  "patients": number;
};

/** What happened in every cabinet. */
export type ActivityReport = {
  /** Each of them. */
  "cabinets": Array<Activity>;
};

/** What was added. */
export type Added = {
  /** Its id. */
  "id": string;
};

/** Where a cabinet is. */
export type Address = {
  /** Town. */
  "city": string;
  /** ISO 3166 code [default: FR]. */
  "country"?: string | null;
  /** Postal code. */
  "postal_code": string;
  /** Number and street. */
  "street": string;
};

/** A permission. */
export type Allowed = {
  /** What it allows. */
  "about": string;
  /** The permission. */
  "permission": string;
};

/** An appointment. */
export type Appointment = {
  /** Who assists. */
  "assistant"?: string | null;
  /** Why it was called off. */
  "cancel_reason"?: string | null;
  /** On which chair. */
  "chair"?: string | null;
  /** To. */
  "end": string;
  /** Until when it is held. */
  "hold_until"?: string | null;
  /** Its id. */
  "id": string;
  /** What the practitioner should know. */
  "notes"?: string | null;
  /** Why it may overlap others. */
  "overbooking_reason"?: string | null;
  /** For whom. */
  "patient": string;
  /** With whom. */
  "practitioner": string;
  /** The series it belongs to. */
  "series"?: string | null;
  /** What for. */
  "service": string;
  /** From. */
  "start": string;
  /** `held`, `booked`, `confirmed`, `arrived`, `in_treatment`, `completed`, `no_show`, `cancelled` or `expired`. */
  "status": string;
  /** Counts its changes. */
  "version": number;
};

/** A page of appointments. */
export type Appointments = {
  /** In order of time. */
  "appointments": Array<Appointment>;
  /** What the next page begins with; none on the last page. */
  "next"?: string | null;
};

/** Who forgot the password. */
export type Ask = {
  /** The address. */
  "email": string;
};

/** The request was taken; whether there is such a person is not said. */
export type Asked = {
  /** `A letter is on its way if somebody has this address.` */
  "message": string;
};

/** What is known about a file, as it is kept. */
export type Attachment = NewAttachment & {
  /** When it was struck out, or withdrawn. */
  "ended_at"?: string | null;
  /** The entry's id. */
  "id": string;
  /** When. */
  "recorded_at": string;
  /** Who wrote it. */
  "recorded_by": string;
};

/** Every entry. */
export type Attachments = {
  /** In order of time. */
  "attachments": Array<Attachment>;
};

/** A page of entries. */
export type Audit = {
  /** Newest first. */
  "entries": Array<AuditEntry>;
  /** What the next page begins with; none on the last page. */
  "next"?: string | null;
};

/** An entry. */
export type AuditEntry = {
  /** What was done. */
  "action": string;
  /** Who: `user:<id>`, or `system:<part>`. */
  "actor": string;
  /** When. */
  "at": string;
  /** More: names of fields, counts, ids. */
  "details": Record<string, unknown>;
  /** To what kind of thing. */
  "entity": string;
  /** Its number in the chain. */
  "number": number;
  /** Whose data. */
  "patient"?: string | null;
  /** Why, as whoever asked said (X-Access-Reason). */
  "reason": string;
  /** The request: its X-Request-Id. */
  "request_id": string;
  /** To which. */
  "subject"?: string | null;
};

/** That the chain is whole. */
export type AuditProof = {
  /** Entries that were recomputed. */
  "entries": number;
  /** The hash of the last one: who keeps it elsewhere notices entries cut off at the end. */
  "head": string;
};

/** Codes for when the app is gone. They are shown once; each works once. */
export type BackupCodes = {
  /** Ten of them. */
  "backup_codes": Array<string>;
};

/** What to do with which users. */
export type Bulk = {
  /** What to do. */
  "action": Action;
  "role"?: NewRole | null;
  /** The users; at most 200. */
  "users": Array<string>;
};

/** A cabinet. */
export type Cabinet = CabinetDetails & {
  /** Its id. */
  "id": string;
  /** `draft`, `provisioning`, `active` or `inactive`. */
  "status": string;
  /** Counts its changes. */
  "version": number;
};

/** What is said about a cabinet. */
export type CabinetDetails = {
  /** Where it is. */
  "address": Address;
  /** E-mail address. */
  "email"?: string | null;
  /** Its name. */
  "name": string;
  /** Telephone. */
  "phone"?: string | null;
  /** Its registration number: 14 digits with a right check digit. */
  "siret": string;
  /** IANA name of its zone. */
  "zone": string;
};

/** How a cabinet is. */
export type CabinetHealth = {
  /** When it was last looked at. */
  "at"?: string | null;
  /** The cabinet. */
  "cabinet": string;
  /** `healthy`, `degraded` or `failing`: as the worst of its checks. None: it was not looked at yet. */
  "condition"?: string | null;
  /** Checks that are not healthy. */
  "ill": Array<string>;
  /** Its name. */
  "name": string;
};

/** A page of cabinets. */
export type Cabinets = {
  /** In order of their names. */
  "cabinets": Array<Cabinet>;
  /** What the next page begins with; none on the last page. */
  "next"?: string | null;
};

/** Why an appointment is called off. */
export type Cancel = {
  /** In words; at most 500 characters count. */
  "reason": string;
};

/** Roles and what they allow. */
export type Catalogue = {
  /** Every permission. */
  "permissions": Array<Allowed>;
  /** Every role. */
  "roles": Array<Described>;
};

/** The password was right; who has it must show a code. */
export type Challenge = {
  /** Goes back with the code, to `/v1/auth/second-factor`; good for one sign-in. */
  "challenge": string;
  /** Seconds that it is good for. */
  "expires_in": number;
};

/** A change of an appointment. */
export type Change = {
  /** The appointment. */
  "appointment": string;
  /** When it changed. */
  "at": string;
  /** To. */
  "end": string;
  /** From. */
  "start": string;
  /** Where it stands since then. */
  "status": string;
  /** Its version since then. */
  "version": number;
};

/** Changes. */
export type Changes = {
  /** In order. */
  "changes": Array<Change>;
  /** Where the feed goes on. */
  "cursor": string;
};

/** A tooth as it is. */
export type ChartTooth = {
  /** The state of the tooth as a whole. */
  "state": string;
  /** States of surfaces. */
  "surfaces": Record<string, string>;
  /** FDI number. */
  "tooth": number;
};

/** A code of the app. */
export type Code6 = {
  /** What the app shows now. */
  "code": string;
};

/** A message, a call, a letter, as it is kept. */
export type Communication = NewCommunication & {
  /** When it was struck out, or withdrawn. */
  "ended_at"?: string | null;
  /** The entry's id. */
  "id": string;
  /** When. */
  "recorded_at": string;
  /** Who wrote it. */
  "recorded_by": string;
};

/** Every entry. */
export type Communications = {
  /** In order of time. */
  "communications": Array<Communication>;
};

/** An allergy, a disease, a medication … As it is kept. */
export type Condition = NewCondition & {
  /** When it was struck out, or withdrawn. */
  "ended_at"?: string | null;
  /** The entry's id. */
  "id": string;
  /** When. */
  "recorded_at": string;
  /** Who wrote it. */
  "recorded_by": string;
};

/** Every entry. */
export type Conditions = {
  /** In order of time. */
  "conditions": Array<Condition>;
};

/** How a cabinet works; what is left out keeps its default. */
export type Configuration = {
  /** Booking: step_minutes, hold_minutes, lead_minutes, horizon_days, offer_minutes, overbooking. */
  "booking"?: Record<string, unknown> | null;
  /** Parts of the platform that are on, by name. */
  "features"?: Record<string, unknown> | null;
  /** Reminders: hours_before, channels. */
  "reminders"?: Record<string, unknown> | null;
};

/** A setting that differs. */
export type ConfigurationChange = {
  /** Before. */
  "from": Record<string, unknown>;
  /** Its path. */
  "path": string;
  /** After. */
  "to": Record<string, unknown>;
};

/** Settings that differ. */
export type ConfigurationChanges = {
  /** Each of them. */
  "changes": Array<ConfigurationChange>;
};

/** A version of a configuration. */
export type ConfigurationVersion = {
  /** Who made it. */
  "author": string;
  /** What it says. */
  "configuration": Configuration;
  /** When. */
  "created_at": string;
  /** Since when it is, or was, live; none for a proposal. */
  "live_at"?: string | null;
  /** Why it was made. */
  "note": string;
  /** Its number, from 1. */
  "number": number;
};

/** A page of versions of a configuration. */
export type Configurations = {
  /** Newest first. */
  "configurations": Array<ConfigurationVersion>;
  /** What the next page begins with; none on the last page. */
  "next"?: string | null;
};

/** What a patient agreed to, as it is kept. */
export type Consent = NewConsent & {
  /** When it was struck out, or withdrawn. */
  "ended_at"?: string | null;
  /** The entry's id. */
  "id": string;
  /** When. */
  "recorded_at": string;
  /** Who wrote it. */
  "recorded_by": string;
};

/** Every entry. */
export type Consents = {
  /** In order of time. */
  "consents": Array<Consent>;
};

/** A role and what it allows. */
export type Described = {
  /** `group`, `cabinet` or `either`. */
  "given_for": string;
  /** It counts only in sessions that have shown a second factor. */
  "needs_second_factor": boolean;
  /** What it allows. */
  "permissions": Array<string>;
  /** The role. */
  "role": string;
};

/** Records that may be the same person. */
export type Duplicates = {
  /** In order of names. */
  "patients": Array<Patient>;
};

/** How many sessions ended. */
export type Ended = {
  /** So many. */
  "ended": number;
};

/** A piece of equipment. */
export type Equipment = NewEquipment & {
  /** Its id. */
  "id": string;
};

/** Equipment. */
export type EquipmentList = {
  /** Each of them. */
  "equipment": Array<Equipment>;
};

/** What lies between two appointments of a series. */
export type Every = {
  /** So many days. */
  "days": number;
} | {
  /** So many weeks. */
  "weeks": number;
} | {
  /** So many months. */
  "months": number;
};

/** A day that differs, as it is kept. */
export type Exception = NewException & {
  /** Its id. */
  "id": string;
};

/** Days that differ. */
export type Exceptions = {
  /** In order of days. */
  "exceptions": Array<Exception>;
};

/** A free time. */
export type FreeTime = {
  /** To. */
  "end": string;
  /** With whom. */
  "practitioner": string;
  /** From. */
  "start": string;
};

/** Free times. */
export type FreeTimes = {
  /** In order of time. */
  "free": Array<FreeTime>;
};

/** A page of entries. */
export type GroupAudit = {
  /** Newest first. */
  "entries": Array<GroupAuditEntry>;
  /** What the next page begins with; none on the last page. */
  "next"?: string | null;
};

/** An entry. */
export type GroupAuditEntry = {
  /** What was done. */
  "action": string;
  /** Who: `user:<id>`, or `system:<part>`. */
  "actor": string;
  /** When. */
  "at": string;
  /** More: names of fields, counts, ids. */
  "details": Record<string, unknown>;
  /** To what kind of thing. */
  "entity": string;
  /** Its number in the chain. */
  "number": number;
  /** Why, where a reason was given. */
  "reason": string;
  /** The request: its X-Request-Id. */
  "request_id": string;
  /** To which. */
  "subject"?: string | null;
};

/** That the chain is whole. */
export type GroupProof = {
  /** Entries that were recomputed. */
  "entries": number;
  /** The hash of the last one: who keeps it elsewhere notices entries cut off at the end. */
  "head": string;
};

/** How a cabinet is. */
export type Health = {
  /** Each of them. */
  "findings": Array<HealthFinding>;
};

/** The result of a check. */
export type HealthFinding = {
  /** When it was looked at. */
  "at": string;
  /** The check. */
  "check": string;
  /** How it is. */
  "condition": string;
  /** One line with figures. */
  "detail": string;
};

/** A page of how a cabinet was. */
export type HealthHistory = {
  /** Newest first. */
  "findings": Array<HealthFinding>;
  /** What the next page begins with; none on the last page. */
  "next"?: string | null;
};

/** How every cabinet is. */
export type HealthReport = {
  /** Each of them. */
  "cabinets": Array<CabinetHealth>;
};

/** An invitation. */
export type Invitation = {
  /** How long it works. */
  "expires_at"?: string | null;
  /** What the invitation is accepted with, shown this once; they are sent it, too. None when the person is there already and only got the roles, or when the request was a repetition. */
  "token"?: string | null;
  /** Who is invited. */
  "user": User;
};

/** Address and password. */
export type Login = {
  /** The address. */
  "email": string;
  /** The password. */
  "password": string;
};

/** Oneself, and what one may do. */
export type Me = {
  /** What one may do, per cabinet. */
  "access": Array<Access>;
  /** How the second factor stands. */
  "second_factor": SecondFactor;
  /** This session. */
  "session_id": string;
  /** Who one is. */
  "user": User;
};

/** A merge. */
export type Merge = {
  /** Its id. */
  "id": string;
  /** The record that stays. */
  "kept": string;
  /** The record that was put away. */
  "merged": string;
  /** How many rows moved, by table. */
  "rows": Record<string, number>;
};

/** Where an appointment moves. */
export type Move = {
  /** On which chair, where it changes. */
  "chair"?: string | null;
  /** With whom, where it changes. */
  "practitioner"?: string | null;
  /** When it begins. */
  "start": string;
};

/** What is to be booked. */
export type NewAppointment = {
  /** Who assists. */
  "assistant"?: string | null;
  /** On which chair; left out: any that is free, where the service needs one. */
  "chair"?: string | null;
  /** Only hold it [default: false]. */
  "hold"?: boolean | null;
  /** How long, where it differs from the service. */
  "minutes"?: number | null;
  /** What the practitioner should know. */
  "notes"?: string | null;
  /** Why it may overlap others, or lie outside the hours; needs the permission `appointments.overbook`. */
  "overbooking_reason"?: string | null;
  /** For whom. */
  "patient": string;
  /** With whom. */
  "practitioner": string;
  /** What for. */
  "service": string;
  /** When it begins. */
  "start": string;
};

/** What is known about a file. */
export type NewAttachment = {
  /** Its length. */
  "bytes": number;
  /** `xray`, `photo`, `letter`, `prescription`, `consent`, `invoice` or `other`. */
  "kind": string;
  /** Its type. */
  "media_type": string;
  /** Its name. */
  "name": string;
  /** SHA-256, 64 hexadecimal digits. */
  "sha256": string;
};

/** Whether a cabinet serves patients. */
export type NewCabinetStatus = {
  /** Why it closes. */
  "reason"?: string | null;
  /** Open or closed. */
  "status": OpenOrClosed;
};

/** A message, a call, a letter. */
export type NewCommunication = {
  /** When. */
  "at": string;
  /** `email`, `sms`, `phone`, `letter` or `in_person`. */
  "channel": string;
  /** `in` or `out`. */
  "direction": string;
  /** What came of it. */
  "outcome"?: string | null;
  /** What about. */
  "subject": string;
};

/** An allergy, a disease, a medication … */
export type NewCondition = {
  /** A code, where one is used. */
  "code"?: string | null;
  /** `allergy`, `disease`, `medication`, `surgery`, `pregnancy` or `other`. */
  "kind": string;
  /** In words. */
  "label": string;
  /** More. */
  "note"?: string | null;
  /** `mild`, `moderate` or `severe`. */
  "severity"?: string | null;
  /** Since when. */
  "since"?: string | null;
  /** Until when. */
  "until"?: string | null;
};

/** A configuration, and why. */
export type NewConfiguration = {
  /** The configuration. */
  "configuration": Configuration;
  /** Why. */
  "note"?: string | null;
};

/** What a patient agreed to. */
export type NewConsent = {
  /** The text that was agreed to, by name and version. */
  "document"?: string | null;
  /** When. */
  "given_at": string;
  /** `care`, `data_processing`, `reminders`, `marketing`, `photos` or `treatment_plan`. */
  "purpose": string;
};

/** What is said about a piece of equipment. */
export type NewEquipment = {
  /** The chair it belongs to. */
  "chair_id"?: string | null;
  /** What kind of thing. */
  "kind": string;
  /** Its name. */
  "name": string;
  /** The maker's number. */
  "serial"?: string | null;
};

/** A day that differs. */
export type NewException = {
  /** To. */
  "closes"?: string | null;
  /** The day. */
  "day": string;
  /** How it differs: `closed` or `open`. */
  "kind": string;
  /** Why. */
  "note"?: string | null;
  /** From; none: the whole day. */
  "opens"?: string | null;
  /** Whose; none: the whole cabinet's. */
  "resource_id"?: string | null;
};

/** Whom to invite. */
export type NewInvitation = {
  /** The address. */
  "email": string;
  /** The language [default: fr]. */
  "locale"?: string | null;
  /** The name. */
  "name": string;
  /** Roles; one at least. */
  "roles": Array<NewRole>;
};

/** Which record goes into this one. */
export type NewMerge = {
  /** The record that is put away. */
  "merged": string;
};

/** A time that became free. */
export type NewOffer = {
  /** With whom. */
  "practitioner": string;
  /** When. */
  "start": string;
};

/** A new password for the old one. */
export type NewPassword = {
  /** The password as it is. */
  "current": string;
  /** The password as it is to be. */
  "new": string;
};

/** A cabinet to be provisioned. */
export type NewProvisioning = {
  /** What is said about it. */
  "details": CabinetDetails;
  /** The template [default: standard]. */
  "template"?: string | null;
};

/** What is said about somebody or something that an appointment occupies. */
export type NewResource = {
  /** Whether it can be booked [default: true]. */
  "active"?: boolean | null;
  /** `practitioner`, `assistant` or `chair`. */
  "kind": string;
  /** Its name. */
  "name": string;
  /** The practitioner's own number, eleven digits. */
  "rpps"?: string | null;
};

/** A role to be given. */
export type NewRole = {
  /** The cabinet; none for roles of the whole group. */
  "cabinet"?: string | null;
  /** The role. */
  "role": Role;
};

/** A change of configuration, and where it goes. */
export type NewRollout = {
  /** Settings by path, with their new values. */
  "changes": Record<string, unknown>;
  /** Why. */
  "note": string;
  /** Its stages, in order. */
  "stages": Array<RolloutStage>;
};

/** A series to be booked. */
export type NewSeries = {
  /** The first appointment; the others have its wall time. */
  "first": NewAppointment;
  /** How it repeats. */
  "rule": Rule;
};

/** What is said about a kind of treatment. */
export type NewService = {
  /** Whether it can be booked [default: true]. */
  "active"?: boolean | null;
  /** Short name, unique in the cabinet. */
  "code": string;
  /** ISO 4217 [default: EUR]. */
  "currency"?: string | null;
  /** How long it takes: 5 to 720 minutes. */
  "minutes": number;
  /** Name. */
  "name": string;
  /** Whether it occupies a chair [default: true]. */
  "needs_chair"?: boolean | null;
  /** Price in hundredths of `currency`. */
  "price_cents"?: number | null;
};

/** What became of an appointment. */
export type NewStatus = {
  /** `confirmed`, `arrived`, `in_treatment`, `completed` or `no_show`. */
  "status": string;
};

/** What a template says. */
export type NewTemplate = {
  /** Hours, services, chairs, equipment and settings. */
  "body": Record<string, unknown>;
  /** What people call it. */
  "title": string;
};

/** What was found or done at a tooth. */
export type NewToothEntry = {
  /** The day. */
  "done_on": string;
  /** More. */
  "note"?: string | null;
  /** `sound`, `caries`, `filled`, `crown`, `bridge`, `root_canal`, `implant`, `extracted`, `missing`, `unerupted`, `fractured`, `sealed`, `veneer` or `mobile`. */
  "state": string;
  /** Letters of the surfaces; empty: the whole tooth. */
  "surfaces"?: string | null;
  /** FDI number: 11 to 48, 51 to 85. */
  "tooth": number;
};

/** Who waits for what. */
export type NewWaiting = {
  /** From when on. */
  "earliest": string;
  /** Until when. */
  "latest": string;
  /** Who. */
  "patient": string;
  /** With whom; left out: with anybody. */
  "practitioner"?: string | null;
  /** 0 to 9; higher is asked first [default: 0]. */
  "priority"?: number | null;
  /** What for. */
  "service": string;
};

/** What was offered to whom. */
export type Offer = {
  "entry"?: Waiting | null;
  "hold"?: Appointment | null;
};

/** Open or closed. */
export type OpenOrClosed = "active" | "inactive";

/** When a cabinet is open on a weekday. */
export type OpeningHours = {
  /** To. */
  "closes": string;
  /** From, in the cabinet's zone. */
  "opens": string;
  /** 1 (Monday) to 7 (Sunday). */
  "weekday": number;
};

/** When a cabinet is open. */
export type OpeningWeek = {
  /** Each of them. */
  "opening_hours": Array<OpeningHours>;
};

/** What became of one. */
export type Outcome = {
  /** Why not: the code. */
  "code"?: string | null;
  /** Why not, in words. */
  "detail"?: string | null;
  /** It was done. */
  "done": boolean;
  /** The user. */
  "user": string;
};

/** What became of each. */
export type Outcomes = {
  /** How many were done. */
  "done": number;
  /** In the order of the request. */
  "outcomes": Array<Outcome>;
};

/** Particulars; what is left out stays. */
export type Particulars = {
  /** The language. */
  "locale"?: string | null;
  /** The name. */
  "name"?: string | null;
  /** A telephone number; an empty one is taken away. */
  "phone"?: string | null;
  "status"?: UserStatus | null;
};

/** A record. */
export type Patient = PatientDetails & {
  /** When it was made. */
  "created_at": string;
  /** When it was put away. */
  "deleted_at"?: string | null;
  /** Its id. */
  "id": string;
  /** The record it went into. */
  "merged_into"?: string | null;
  /** When it last changed. */
  "updated_at": string;
  /** Counts its changes. */
  "version": number;
};

/** What is said about a patient. */
export type PatientDetails = {
  /** Day of birth. */
  "birth_date": string;
  /** Name at birth, where it is another one. */
  "birth_name"?: string | null;
  /** Town. */
  "city"?: string | null;
  /** E-mail address. */
  "email"?: string | null;
  /** First names. */
  "first_name": string;
  /** Language, two small letters [default: fr]. */
  "language"?: string | null;
  /** Family name. */
  "last_name": string;
  /** Number of the health insurance: 15 characters with a right key. */
  "nir"?: string | null;
  /** What everybody should know. */
  "notes"?: string | null;
  /** Telephone. */
  "phone"?: string | null;
  /** Postal code. */
  "postal_code"?: string | null;
  /** The practitioner who usually treats them. */
  "practitioner_id"?: string | null;
  /** `female`, `male` or `unknown`. */
  "sex"?: string | null;
  /** Number and street. */
  "street"?: string | null;
};

/** A page of records. */
export type Patients = {
  /** What the next page begins with; none on the last page. */
  "next"?: string | null;
  /** In order of names. */
  "patients": Array<Patient>;
};

/** Why a request was not answered as hoped (RFC 9457). */
export type Problem = {
  /** The code, as the command line shows it. */
  "code": string;
  /** What was found this time. */
  "detail": string;
  /** Further lines. */
  "details": Array<string>;
  /** What to do. */
  "remedy": string;
  /** The HTTP status, again. */
  "status": number;
  /** What the code stands for. */
  "title": string;
  /** Where the code is explained. */
  "type": string;
};

/** What a draft is provisioned from. */
export type ProvisionFrom = {
  /** The template [default: standard]. */
  "template"?: string | null;
};

/** How far a provisioning came. */
export type Provisioning = {
  /** How often the step at hand was tried. */
  "attempts": number;
  /** The cabinet. */
  "cabinet": string;
  /** Steps that are done, of `register`, `furnish`, `configure`, `verify` and `activate`; while it is rolled back, those that are still to be undone. */
  "done": Array<string>;
  /** The step that failed, with code and cause. */
  "failure"?: Array<string> | null;
  /** `running`, `failed`, `done`, `rolling_back` or `rolled_back`. */
  "state": string;
  /** The template. */
  "template": string;
};

/** A refresh token. */
export type Refresh = {
  /** The newest one. */
  "refresh_token": string;
};

/** What an invitation is answered with. */
export type Register = {
  /** The name, where the invitation has it wrong. */
  "name"?: string | null;
  /** The password: at least twelve characters. */
  "password": string;
  /** A telephone number. */
  "phone"?: string | null;
  /** The token of the invitation. */
  "token": string;
};

/** A new password for a letter. */
export type Reset = {
  /** The password as it is to be. */
  "password": string;
  /** The token of the letter. */
  "token": string;
};

/** Somebody or something that an appointment occupies. */
export type Resource = NewResource & {
  /** Its id. */
  "id": string;
};

/** People and chairs. */
export type Resources = {
  /** Each of them. */
  "resources": Array<Resource>;
};

/** A role. */
export type Role = "super-admin" | "group-analyst" | "auditor" | "cabinet-manager" | "practitioner" | "assistant" | "receptionist";

/** A role that somebody has. */
export type RoleGrant = {
  /** The cabinet; none: the whole group. */
  "cabinet"?: string | null;
  /** The grant's id: to take it away. */
  "id": string;
  /** The role. */
  "role": string;
};

/** A change of configuration on its way. */
export type Rollout = {
  /** Settings by path, with their new values. */
  "changes": Record<string, unknown>;
  /** Its id. */
  "id": string;
  /** Why. */
  "note": string;
  /** How many stages have it. */
  "stage": number;
  /** Its stages, in order. */
  "stages": Array<RolloutStage>;
  /** `running`, `paused`, `done` or `rolled_back`. */
  "status": string;
  /** Counts its changes. */
  "version": number;
};

/** What a roll-out would change in a cabinet. */
export type RolloutChange = {
  /** The cabinet. */
  "cabinet": string;
  /** Settings that differ. */
  "changes": Array<ConfigurationChange>;
  /** The stage it belongs to. */
  "stage": string;
};

/** What a roll-out would change. */
export type RolloutChanges = {
  /** Each of them. */
  "cabinets": Array<RolloutChange>;
};

/** Cabinets that get a change together. */
export type RolloutStage = {
  /** Its cabinets. */
  "cabinets": Array<string>;
  /** What people call it. */
  "name": string;
};

/** A page of roll-outs. */
export type Rollouts = {
  /** What the next page begins with; none on the last page. */
  "next"?: string | null;
  /** Newest first. */
  "rollouts": Array<Rollout>;
};

/** How a series repeats. */
export type Rule = {
  /** How many in all, 1 to 104. */
  "count": number;
  /** What lies between two. */
  "every": Every;
};

/** How the second factor stands. */
export type SecondFactor = {
  /** Backup codes that are left. */
  "backup_codes_left": number;
  /** A role counts only with it. */
  "needed": boolean;
  /** This session has shown it. */
  "shown": boolean;
  /** Since when an authenticator app is set up. */
  "since"?: string | null;
};

/** A code for a challenge. */
export type SecondStep = {
  /** Instead of it, one of the codes on paper. */
  "backup_code"?: string | null;
  /** The challenge. */
  "challenge": string;
  /** What the authenticator app shows. */
  "code"?: string | null;
};

/** A series. */
export type Series = {
  /** In order of time. */
  "appointments": Array<Appointment>;
  /** Its id. */
  "series"?: string | null;
};

/** A kind of treatment. */
export type Service = NewService & {
  /** Its id. */
  "id": string;
};

/** Kinds of treatment. */
export type Services = {
  /** Each of them. */
  "services": Array<Service>;
};

/** A sign-in on one device. */
export type Session = {
  /** Where it came from, where that is known. */
  "address": string;
  /** What the client calls itself. */
  "agent": string;
  /** When it began. */
  "began_at": string;
  /** It is the one that asks. */
  "current": boolean;
  /** The id. */
  "id": string;
  /** When it was last refreshed. */
  "refreshed_at": string;
  /** It has shown a second factor. */
  "second_factor": boolean;
};

/** Sessions. */
export type Sessions = {
  /** Newest first. */
  "sessions": Array<Session>;
};

/** What an authenticator app needs. It is shown once. */
export type Setup = {
  /** The same as a picture. */
  "qr_svg": string;
  /** The same for typing. */
  "secret": string;
  /** What the app scans. */
  "uri": string;
};

/** How far signing in has come. */
export type SignIn = Tokens & {
  "status": "signed-in";
} | Challenge & {
  "status": "second-factor";
};

/** Every entry. */
export type Teeth = {
  /** What follows from the entries, tooth by tooth. */
  "chart": Array<ChartTooth>;
  /** In order of time. */
  "teeth": Array<ToothEntry>;
};

/** What a new cabinet gets. */
export type Template = {
  /** Hours, services, chairs and settings. */
  "body": Record<string, unknown>;
  /** Its name. */
  "name": string;
  /** What people call it. */
  "title": string;
};

/** What new cabinets get. */
export type Templates = {
  /** Each of them. */
  "templates": Array<Template>;
};

/** What a session is used with. */
export type Tokens = {
  /** For requests: `Authorization: Bearer …`. */
  "access_token": string;
  /** Seconds that the access token is good for. */
  "expires_in": number;
  /** Seconds that the refresh token is good for when it is not used. */
  "refresh_expires_in": number;
  /** For the next access token: works once; keep the newest. */
  "refresh_token": string;
  /** A role of yours counts only once an authenticator app is set up, and it is not: `POST /v1/auth/totp`. */
  "second_factor_needed": boolean;
  /** The session. */
  "session_id": string;
  /** `Bearer`. */
  "token_type": string;
};

/** What was found or done at a tooth, as it is kept. */
export type ToothEntry = NewToothEntry & {
  /** When it was struck out, or withdrawn. */
  "ended_at"?: string | null;
  /** The entry's id. */
  "id": string;
  /** When. */
  "recorded_at": string;
  /** Who wrote it. */
  "recorded_by": string;
};

/** What was undone. */
export type Undone = {
  /** Roles that were taken away. */
  "roles": number;
};

/** A person of the group. */
export type User = {
  /** When they were entered. */
  "created_at": string;
  /** The address, in small letters. */
  "email": string;
  /** The id. */
  "id": string;
  /** When they last signed in. */
  "last_sign_in_at"?: string | null;
  /** The language. */
  "locale": string;
  /** The name. */
  "name": string;
  /** A telephone number. */
  "phone"?: string | null;
  /** Roles, as far as you may see them. */
  "roles": Array<RoleGrant>;
  /** An authenticator app is set up. */
  "second_factor": boolean;
  /** Whether they may sign in. */
  "status": UserStatus;
};

/** A file of people, as far as it has come. */
export type UserImport = {
  /** Rows that cannot. */
  "bad": number;
  /** Rows that can be applied, or were. */
  "good": number;
  /** The import. */
  "id": string;
  /** Every row. */
  "rows": Array<UserImportRow>;
  /** `previewed`, `applied` or `undone`. */
  "status": string;
};

/** A row of the file. */
export type UserImportRow = {
  /** The cabinet, by id or SIRET; empty for roles of the group. */
  "cabinet": string;
  /** The address. */
  "email": string;
  /** Why it cannot be applied; none: it can. */
  "fault"?: string | null;
  /** Its line; the heading is line 1. */
  "line": number;
  /** The name. */
  "name": string;
  /** The role. */
  "role": string;
};

/** Whether somebody may sign in. */
export type UserStatus = "invited" | "active" | "disabled";

/** A page of users. */
export type Users = {
  /** What the next page begins with; none on the last page. */
  "next"?: string | null;
  /** The users. */
  "users": Array<User>;
};

/** A place on the waitlist. */
export type Waiting = {
  /** From when on. */
  "earliest": string;
  /** Its id. */
  "id": string;
  /** Until when. */
  "latest": string;
  /** The hold that is offered. */
  "offer"?: string | null;
  /** How many offers there were. */
  "offers": number;
  /** Who. */
  "patient": string;
  /** With whom. */
  "practitioner"?: string | null;
  /** Higher is asked first. */
  "priority": number;
  /** What for. */
  "service": string;
  /** `waiting`, `offered`, `booked` or `left`. */
  "status": string;
};

/** The waitlist. */
export type Waitlist = {
  /** What the next page begins with; none on the last page. */
  "next"?: string | null;
  /** In the order in which they are asked. */
  "waiting": Array<Waiting>;
};

/** When somebody works on a weekday. */
export type WorkingHours = {
  /** To. */
  "closes": string;
  /** From, in the cabinet's zone. */
  "opens": string;
  /** From this day on. */
  "valid_from"?: string | null;
  /** To this day. */
  "valid_until"?: string | null;
  /** 1 (Monday) to 7 (Sunday). */
  "weekday": number;
};

/** A week of working hours. */
export type WorkingWeek = {
  /** By weekday. */
  "working_hours": Array<WorkingHours>;
};

/** Every operation: what it takes and what it gives. */
export interface Operations {
  /** The keys that access tokens are checked with */
  getKeys: {
    method: "GET";
    path: "/.well-known/jwks.json";
    answer: Record<string, unknown>;
  };
  /** List what was done in the group */
  listGroupAudit: {
    method: "GET";
    path: "/v1/audit";
    query: { "by"?: string; "action"?: string; "from"?: string; "until"?: string; "limit"?: number; "cursor"?: string };
    answer: GroupAudit;
  };
  /** Prove the group's audit */
  proveGroupAudit: {
    method: "GET";
    path: "/v1/audit/proof";
    answer: GroupProof;
  };
  /** Make new backup codes */
  makeBackupCodes: {
    method: "POST";
    path: "/v1/auth/backup-codes";
    body: Code6;
    answer: BackupCodes;
  };
  /** Sign in */
  signIn: {
    method: "POST";
    path: "/v1/auth/login";
    body: Login;
    answer: SignIn;
  };
  /** Sign out */
  signOut: {
    method: "POST";
    path: "/v1/auth/logout";
    answer: void;
  };
  /** Sign out everywhere */
  signOutEverywhere: {
    method: "POST";
    path: "/v1/auth/logout-everywhere";
    answer: Ended;
  };
  /** Who you are and what you may do */
  whoAmI: {
    method: "GET";
    path: "/v1/auth/me";
    answer: Me;
  };
  /** Change your password */
  changePassword: {
    method: "POST";
    path: "/v1/auth/password";
    body: NewPassword;
    answer: void;
  };
  /** Ask for a new password */
  askForReset: {
    method: "POST";
    path: "/v1/auth/password-reset";
    body: Ask;
    answer: Asked;
  };
  /** Set a new password */
  resetPassword: {
    method: "POST";
    path: "/v1/auth/password-reset/confirm";
    body: Reset;
    answer: void;
  };
  /** Go on with a session */
  refreshSession: {
    method: "POST";
    path: "/v1/auth/refresh";
    body: Refresh;
    answer: Tokens;
  };
  /** Accept an invitation */
  register: {
    method: "POST";
    path: "/v1/auth/register";
    body: Register;
    answer: User;
    answerHeaders: "Location";
  };
  /** Finish signing in with a code */
  signInWithCode: {
    method: "POST";
    path: "/v1/auth/second-factor";
    body: SecondStep;
    answer: SignIn;
  };
  /** List your sessions */
  listSessions: {
    method: "GET";
    path: "/v1/auth/sessions";
    answer: Sessions;
  };
  /** End one of your sessions */
  endSession: {
    method: "DELETE";
    path: "/v1/auth/sessions/{id}";
    params: { "id": string };
    answer: void;
  };
  /** Begin setting up an authenticator app */
  prepareTotp: {
    method: "POST";
    path: "/v1/auth/totp";
    answer: Setup;
  };
  /** Confirm the authenticator app */
  confirmTotp: {
    method: "POST";
    path: "/v1/auth/totp/confirm";
    body: Code6;
    answer: BackupCodes;
  };
  /** Take the authenticator app away */
  removeTotp: {
    method: "POST";
    path: "/v1/auth/totp/remove";
    body: Code6;
    answer: void;
  };
  /** Provision a cabinet */
  provisionCabinet: {
    method: "POST";
    path: "/v1/cabinet-provisionings";
    header: { "Idempotency-Key"?: string };
    body: NewProvisioning;
    answer: Provisioning;
    answerHeaders: "Location";
  };
  /** List templates of cabinets */
  listTemplates: {
    method: "GET";
    path: "/v1/cabinet-templates";
    answer: Templates;
  };
  /** Take a template away */
  removeTemplate: {
    method: "DELETE";
    path: "/v1/cabinet-templates/{id}";
    params: { "id": string };
    answer: void;
  };
  /** Show a template */
  showTemplate: {
    method: "GET";
    path: "/v1/cabinet-templates/{id}";
    params: { "id": string };
    answer: Template;
    answerHeaders: "ETag";
  };
  /** Add or change a template */
  putTemplate: {
    method: "PUT";
    path: "/v1/cabinet-templates/{id}";
    params: { "id": string };
    header: { "If-Match"?: string };
    body: NewTemplate;
    answer: Template;
    answerHeaders: "ETag" | "Location";
  };
  /** List cabinets */
  listCabinets: {
    method: "GET";
    path: "/v1/cabinets";
    query: { "status"?: string; "q"?: string; "sort"?: "name" | "-name"; "limit"?: number; "cursor"?: string };
    answer: Cabinets;
  };
  /** Write a cabinet down */
  createCabinet: {
    method: "POST";
    path: "/v1/cabinets";
    header: { "Idempotency-Key"?: string };
    body: CabinetDetails;
    answer: Cabinet;
    answerHeaders: "ETag" | "Location";
  };
  /** Show a cabinet */
  showCabinet: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}";
    params: { "cabinet": string };
    header: { "X-Access-Reason"?: string };
    answer: Cabinet;
    answerHeaders: "ETag";
  };
  /** Change a cabinet */
  changeCabinet: {
    method: "PUT";
    path: "/v1/cabinets/{cabinet}";
    params: { "cabinet": string };
    header: { "If-Match": string; "X-Access-Reason"?: string };
    body: CabinetDetails;
    answer: Cabinet;
    answerHeaders: "ETag";
  };
  /** Follow what changes */
  followAppointments: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/appointment-changes";
    params: { "cabinet": string };
    query: { "after"?: string; "limit"?: number };
    header: { "X-Access-Reason"?: string };
    answer: Changes;
  };
  /** Book a series */
  bookSeries: {
    method: "POST";
    path: "/v1/cabinets/{cabinet}/appointment-series";
    params: { "cabinet": string };
    header: { "Idempotency-Key"?: string; "X-Access-Reason"?: string };
    body: NewSeries;
    answer: Series;
    answerHeaders: "Location";
  };
  /** List appointments */
  listAppointments: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/appointments";
    params: { "cabinet": string };
    query: { "from"?: string; "until"?: string; "practitioner"?: string; "patient"?: string; "status"?: string; "sort"?: "start" | "-start"; "limit"?: number; "cursor"?: string };
    header: { "X-Access-Reason"?: string };
    answer: Appointments;
  };
  /** Book, or hold, a time */
  book: {
    method: "POST";
    path: "/v1/cabinets/{cabinet}/appointments";
    params: { "cabinet": string };
    header: { "Idempotency-Key"?: string; "X-Access-Reason"?: string };
    body: NewAppointment;
    answer: Appointment;
    answerHeaders: "ETag" | "Location";
  };
  /** Show an appointment */
  showAppointment: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/appointments/{id}";
    params: { "cabinet": string; "id": string };
    header: { "X-Access-Reason"?: string };
    answer: Appointment;
    answerHeaders: "ETag";
  };
  /** Call an appointment off */
  cancelAppointment: {
    method: "POST";
    path: "/v1/cabinets/{cabinet}/appointments/{id}/cancel";
    params: { "cabinet": string; "id": string };
    header: { "If-Match": string; "X-Access-Reason"?: string };
    body: Cancel;
    answer: Appointment;
    answerHeaders: "ETag";
  };
  /** Turn a hold into a booking */
  confirmHold: {
    method: "POST";
    path: "/v1/cabinets/{cabinet}/appointments/{id}/confirm";
    params: { "cabinet": string; "id": string };
    header: { "X-Access-Reason"?: string };
    answer: Appointment;
    answerHeaders: "ETag";
  };
  /** Move an appointment */
  moveAppointment: {
    method: "POST";
    path: "/v1/cabinets/{cabinet}/appointments/{id}/move";
    params: { "cabinet": string; "id": string };
    header: { "If-Match": string; "X-Access-Reason"?: string };
    body: Move;
    answer: Appointment;
    answerHeaders: "ETag";
  };
  /** Say what became of an appointment */
  setAppointmentStatus: {
    method: "PUT";
    path: "/v1/cabinets/{cabinet}/appointments/{id}/status";
    params: { "cabinet": string; "id": string };
    header: { "If-Match": string; "X-Access-Reason"?: string };
    body: NewStatus;
    answer: Appointment;
    answerHeaders: "ETag";
  };
  /** List what was done in a cabinet */
  listAudit: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/audit";
    params: { "cabinet": string };
    query: { "patient"?: string; "by"?: string; "action"?: string; "from"?: string; "until"?: string; "limit"?: number; "cursor"?: string };
    header: { "X-Access-Reason"?: string };
    answer: Audit;
  };
  /** Prove a cabinet's audit */
  proveAudit: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/audit/proof";
    params: { "cabinet": string };
    header: { "X-Access-Reason"?: string };
    answer: AuditProof;
  };
  /** Find free times */
  findFreeTimes: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/availability";
    params: { "cabinet": string };
    query: { "service": string; "practitioner"?: string; "from": string; "until": string; "limit"?: number };
    header: { "X-Access-Reason"?: string };
    answer: FreeTimes;
  };
  /** List versions of the configuration */
  listConfigurations: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/configurations";
    params: { "cabinet": string };
    query: { "limit"?: number; "cursor"?: string };
    header: { "X-Access-Reason"?: string };
    answer: Configurations;
  };
  /** Propose a configuration */
  proposeConfiguration: {
    method: "POST";
    path: "/v1/cabinets/{cabinet}/configurations";
    params: { "cabinet": string };
    header: { "Idempotency-Key"?: string; "X-Access-Reason"?: string };
    body: NewConfiguration;
    answer: ConfigurationVersion;
    answerHeaders: "ETag" | "Location";
  };
  /** Show a version of the configuration */
  showConfiguration: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/configurations/{id}";
    params: { "cabinet": string; "id": number };
    header: { "X-Access-Reason"?: string };
    answer: ConfigurationVersion;
    answerHeaders: "ETag";
  };
  /** Activate a version */
  activateConfiguration: {
    method: "POST";
    path: "/v1/cabinets/{cabinet}/configurations/{id}/activate";
    params: { "cabinet": string; "id": number };
    header: { "X-Access-Reason"?: string };
    answer: ConfigurationVersion;
  };
  /** Show what a version would change */
  showConfigurationChanges: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/configurations/{id}/changes";
    params: { "cabinet": string; "id": number };
    header: { "X-Access-Reason"?: string };
    answer: ConfigurationChanges;
  };
  /** List equipment */
  listEquipment: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/equipment";
    params: { "cabinet": string };
    header: { "X-Access-Reason"?: string };
    answer: EquipmentList;
  };
  /** Add to equipment */
  addEquipment: {
    method: "POST";
    path: "/v1/cabinets/{cabinet}/equipment";
    params: { "cabinet": string };
    header: { "Idempotency-Key"?: string; "X-Access-Reason"?: string };
    body: NewEquipment;
    answer: Equipment;
    answerHeaders: "ETag" | "Location";
  };
  /** Take equipment away */
  removeEquipment: {
    method: "DELETE";
    path: "/v1/cabinets/{cabinet}/equipment/{id}";
    params: { "cabinet": string; "id": string };
    header: { "X-Access-Reason"?: string };
    answer: void;
  };
  /** Show a piece of equipment */
  showEquipment: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/equipment/{id}";
    params: { "cabinet": string; "id": string };
    header: { "X-Access-Reason"?: string };
    answer: Equipment;
    answerHeaders: "ETag";
  };
  /** Change one of equipment, or add it under this id */
  putEquipment: {
    method: "PUT";
    path: "/v1/cabinets/{cabinet}/equipment/{id}";
    params: { "cabinet": string; "id": string };
    header: { "If-Match"?: string; "X-Access-Reason"?: string };
    body: NewEquipment;
    answer: Equipment;
    answerHeaders: "ETag";
  };
  /** Show how a cabinet was */
  showHealth: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/health";
    params: { "cabinet": string };
    query: { "check"?: string; "condition"?: string; "limit"?: number; "cursor"?: string };
    header: { "X-Access-Reason"?: string };
    answer: HealthHistory;
  };
  /** Look at how a cabinet is */
  checkHealth: {
    method: "POST";
    path: "/v1/cabinets/{cabinet}/health/checks";
    params: { "cabinet": string };
    header: { "X-Access-Reason"?: string };
    answer: Health;
  };
  /** When the cabinet is open */
  showOpeningHours: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/opening-hours";
    params: { "cabinet": string };
    header: { "X-Access-Reason"?: string };
    answer: OpeningWeek;
    answerHeaders: "ETag";
  };
  /** Set when the cabinet is open */
  setOpeningHours: {
    method: "PUT";
    path: "/v1/cabinets/{cabinet}/opening-hours";
    params: { "cabinet": string };
    header: { "If-Match"?: string; "X-Access-Reason"?: string };
    body: OpeningWeek;
    answer: OpeningWeek;
    answerHeaders: "ETag";
  };
  /** Part records that were merged */
  partPatients: {
    method: "DELETE";
    path: "/v1/cabinets/{cabinet}/patient-merges/{id}";
    params: { "cabinet": string; "id": string };
    header: { "X-Access-Reason"?: string };
    answer: Merge;
  };
  /** Show a merge */
  showMerge: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/patient-merges/{id}";
    params: { "cabinet": string; "id": string };
    header: { "X-Access-Reason"?: string };
    answer: Merge;
    answerHeaders: "ETag";
  };
  /** Find patients */
  searchPatients: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/patients";
    params: { "cabinet": string };
    query: { "q"?: string; "practitioner"?: string; "born_from"?: string; "born_until"?: string; "deleted"?: boolean; "limit"?: number; "cursor"?: string };
    header: { "X-Access-Reason"?: string };
    answer: Patients;
  };
  /** Enter a patient */
  createPatient: {
    method: "POST";
    path: "/v1/cabinets/{cabinet}/patients";
    params: { "cabinet": string };
    header: { "Idempotency-Key"?: string; "X-Access-Reason"?: string };
    body: PatientDetails;
    answer: Patient;
    answerHeaders: "ETag" | "Location";
  };
  /** Put a record away */
  removePatient: {
    method: "DELETE";
    path: "/v1/cabinets/{cabinet}/patients/{id}";
    params: { "cabinet": string; "id": string };
    header: { "If-Match": string; "X-Access-Reason"?: string };
    answer: void;
  };
  /** Show a patient */
  showPatient: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/patients/{id}";
    params: { "cabinet": string; "id": string };
    header: { "X-Access-Reason"?: string };
    answer: Patient;
    answerHeaders: "ETag";
  };
  /** Change a patient's particulars */
  changePatient: {
    method: "PUT";
    path: "/v1/cabinets/{cabinet}/patients/{id}";
    params: { "cabinet": string; "id": string };
    header: { "If-Match": string; "X-Access-Reason"?: string };
    body: PatientDetails;
    answer: Patient;
    answerHeaders: "ETag";
  };
  /** Show attachments */
  listAttachments: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/patients/{id}/attachments";
    params: { "cabinet": string; "id": string };
    header: { "X-Access-Reason"?: string };
    answer: Attachments;
  };
  /** Add to attachments */
  addAttachment: {
    method: "POST";
    path: "/v1/cabinets/{cabinet}/patients/{id}/attachments";
    params: { "cabinet": string; "id": string };
    header: { "Idempotency-Key"?: string; "X-Access-Reason"?: string };
    body: NewAttachment;
    answer: Added;
    answerHeaders: "Location";
  };
  /** Strike an entry of attachments out */
  strikeAttachment: {
    method: "DELETE";
    path: "/v1/cabinets/{cabinet}/patients/{id}/attachments/{entry}";
    params: { "cabinet": string; "id": string; "entry": string };
    header: { "X-Access-Reason"?: string };
    answer: void;
  };
  /** Show an attachment */
  showAttachment: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/patients/{id}/attachments/{entry}";
    params: { "cabinet": string; "id": string; "entry": string };
    header: { "X-Access-Reason"?: string };
    answer: Attachment;
  };
  /** Show communications */
  listCommunications: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/patients/{id}/communications";
    params: { "cabinet": string; "id": string };
    query: { "limit"?: number; "cursor"?: string };
    header: { "X-Access-Reason"?: string };
    answer: Communications;
  };
  /** Add to communications */
  addCommunication: {
    method: "POST";
    path: "/v1/cabinets/{cabinet}/patients/{id}/communications";
    params: { "cabinet": string; "id": string };
    header: { "Idempotency-Key"?: string; "X-Access-Reason"?: string };
    body: NewCommunication;
    answer: Added;
    answerHeaders: "Location";
  };
  /** Show what was said or written */
  showCommunication: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/patients/{id}/communications/{entry}";
    params: { "cabinet": string; "id": string; "entry": string };
    header: { "X-Access-Reason"?: string };
    answer: Communication;
  };
  /** Show the medical history */
  listConditions: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/patients/{id}/conditions";
    params: { "cabinet": string; "id": string };
    header: { "X-Access-Reason"?: string };
    answer: Conditions;
  };
  /** Add to the medical history */
  addCondition: {
    method: "POST";
    path: "/v1/cabinets/{cabinet}/patients/{id}/conditions";
    params: { "cabinet": string; "id": string };
    header: { "Idempotency-Key"?: string; "X-Access-Reason"?: string };
    body: NewCondition;
    answer: Added;
    answerHeaders: "Location";
  };
  /** Strike an entry of the medical history out */
  strikeCondition: {
    method: "DELETE";
    path: "/v1/cabinets/{cabinet}/patients/{id}/conditions/{entry}";
    params: { "cabinet": string; "id": string; "entry": string };
    header: { "X-Access-Reason"?: string };
    answer: void;
  };
  /** Show an entry of the medical history */
  showCondition: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/patients/{id}/conditions/{entry}";
    params: { "cabinet": string; "id": string; "entry": string };
    header: { "X-Access-Reason"?: string };
    answer: Condition;
  };
  /** Show consents */
  listConsents: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/patients/{id}/consents";
    params: { "cabinet": string; "id": string };
    header: { "X-Access-Reason"?: string };
    answer: Consents;
  };
  /** Add to consents */
  addConsent: {
    method: "POST";
    path: "/v1/cabinets/{cabinet}/patients/{id}/consents";
    params: { "cabinet": string; "id": string };
    header: { "Idempotency-Key"?: string; "X-Access-Reason"?: string };
    body: NewConsent;
    answer: Added;
    answerHeaders: "Location";
  };
  /** Withdraw a consent */
  strikeConsent: {
    method: "DELETE";
    path: "/v1/cabinets/{cabinet}/patients/{id}/consents/{entry}";
    params: { "cabinet": string; "id": string; "entry": string };
    header: { "X-Access-Reason"?: string };
    answer: void;
  };
  /** Show a consent */
  showConsent: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/patients/{id}/consents/{entry}";
    params: { "cabinet": string; "id": string; "entry": string };
    header: { "X-Access-Reason"?: string };
    answer: Consent;
  };
  /** Find records that may be the same person */
  findDuplicates: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/patients/{id}/duplicates";
    params: { "cabinet": string; "id": string };
    header: { "X-Access-Reason"?: string };
    answer: Duplicates;
  };
  /** Merge another record into this one */
  mergePatients: {
    method: "POST";
    path: "/v1/cabinets/{cabinet}/patients/{id}/merges";
    params: { "cabinet": string; "id": string };
    header: { "Idempotency-Key"?: string; "X-Access-Reason"?: string };
    body: NewMerge;
    answer: Merge;
    answerHeaders: "ETag" | "Location";
  };
  /** Bring a record back */
  restorePatient: {
    method: "POST";
    path: "/v1/cabinets/{cabinet}/patients/{id}/restore";
    params: { "cabinet": string; "id": string };
    header: { "X-Access-Reason"?: string };
    answer: Patient;
    answerHeaders: "ETag";
  };
  /** Show the dental history */
  listTeeth: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/patients/{id}/teeth";
    params: { "cabinet": string; "id": string };
    header: { "X-Access-Reason"?: string };
    answer: Teeth;
  };
  /** Add to the dental history */
  addToothEntry: {
    method: "POST";
    path: "/v1/cabinets/{cabinet}/patients/{id}/teeth";
    params: { "cabinet": string; "id": string };
    header: { "Idempotency-Key"?: string; "X-Access-Reason"?: string };
    body: NewToothEntry;
    answer: Added;
    answerHeaders: "Location";
  };
  /** Strike an entry of the dental history out */
  strikeToothEntry: {
    method: "DELETE";
    path: "/v1/cabinets/{cabinet}/patients/{id}/teeth/{entry}";
    params: { "cabinet": string; "id": string; "entry": string };
    header: { "X-Access-Reason"?: string };
    answer: void;
  };
  /** Show an entry of the dental history */
  showToothEntry: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/patients/{id}/teeth/{entry}";
    params: { "cabinet": string; "id": string; "entry": string };
    header: { "X-Access-Reason"?: string };
    answer: ToothEntry;
  };
  /** Show how far a provisioning came */
  showProvisioning: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/provisioning";
    params: { "cabinet": string };
    header: { "X-Access-Reason"?: string };
    answer: Provisioning;
  };
  /** Provision a cabinet that is a draft */
  provisionDraft: {
    method: "POST";
    path: "/v1/cabinets/{cabinet}/provisioning";
    params: { "cabinet": string };
    header: { "X-Access-Reason"?: string };
    body: ProvisionFrom;
    answer: Provisioning;
    answerHeaders: "Location";
  };
  /** Try a provisioning that failed again */
  retryProvisioning: {
    method: "POST";
    path: "/v1/cabinets/{cabinet}/provisioning/retry";
    params: { "cabinet": string };
    header: { "X-Access-Reason"?: string };
    answer: Provisioning;
    answerHeaders: "Location";
  };
  /** Undo a provisioning */
  rollBackProvisioning: {
    method: "POST";
    path: "/v1/cabinets/{cabinet}/provisioning/rollback";
    params: { "cabinet": string };
    header: { "X-Access-Reason"?: string };
    answer: Provisioning;
    answerHeaders: "Location";
  };
  /** List people and chairs */
  listResources: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/resources";
    params: { "cabinet": string };
    header: { "X-Access-Reason"?: string };
    answer: Resources;
  };
  /** Add to people and chairs */
  addResources: {
    method: "POST";
    path: "/v1/cabinets/{cabinet}/resources";
    params: { "cabinet": string };
    header: { "Idempotency-Key"?: string; "X-Access-Reason"?: string };
    body: NewResource;
    answer: Resource;
    answerHeaders: "ETag" | "Location";
  };
  /** Show one of people and chairs */
  showResource: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/resources/{id}";
    params: { "cabinet": string; "id": string };
    header: { "X-Access-Reason"?: string };
    answer: Resource;
    answerHeaders: "ETag";
  };
  /** Change one of people and chairs, or add it under this id */
  putResources: {
    method: "PUT";
    path: "/v1/cabinets/{cabinet}/resources/{id}";
    params: { "cabinet": string; "id": string };
    header: { "If-Match"?: string; "X-Access-Reason"?: string };
    body: NewResource;
    answer: Resource;
    answerHeaders: "ETag";
  };
  /** When somebody works */
  showWorkingHours: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/resources/{id}/working-hours";
    params: { "cabinet": string; "id": string };
    header: { "X-Access-Reason"?: string };
    answer: WorkingWeek;
    answerHeaders: "ETag";
  };
  /** Set when somebody works */
  setWorkingHours: {
    method: "PUT";
    path: "/v1/cabinets/{cabinet}/resources/{id}/working-hours";
    params: { "cabinet": string; "id": string };
    header: { "If-Match"?: string; "X-Access-Reason"?: string };
    body: WorkingWeek;
    answer: WorkingWeek;
    answerHeaders: "ETag";
  };
  /** List days that differ */
  listExceptions: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/schedule-exceptions";
    params: { "cabinet": string };
    query: { "from": string; "until": string };
    header: { "X-Access-Reason"?: string };
    answer: Exceptions;
  };
  /** Say that a day differs */
  addException: {
    method: "POST";
    path: "/v1/cabinets/{cabinet}/schedule-exceptions";
    params: { "cabinet": string };
    header: { "Idempotency-Key"?: string; "X-Access-Reason"?: string };
    body: NewException;
    answer: Exception;
    answerHeaders: "ETag" | "Location";
  };
  /** Say that a day does not differ after all */
  removeException: {
    method: "DELETE";
    path: "/v1/cabinets/{cabinet}/schedule-exceptions/{id}";
    params: { "cabinet": string; "id": string };
    header: { "X-Access-Reason"?: string };
    answer: void;
  };
  /** Show a day that differs */
  showException: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/schedule-exceptions/{id}";
    params: { "cabinet": string; "id": string };
    header: { "X-Access-Reason"?: string };
    answer: Exception;
    answerHeaders: "ETag";
  };
  /** List kinds of treatment */
  listServices: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/services";
    params: { "cabinet": string };
    header: { "X-Access-Reason"?: string };
    answer: Services;
  };
  /** Add to kinds of treatment */
  addServices: {
    method: "POST";
    path: "/v1/cabinets/{cabinet}/services";
    params: { "cabinet": string };
    header: { "Idempotency-Key"?: string; "X-Access-Reason"?: string };
    body: NewService;
    answer: Service;
    answerHeaders: "ETag" | "Location";
  };
  /** Show a kind of treatment */
  showService: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/services/{id}";
    params: { "cabinet": string; "id": string };
    header: { "X-Access-Reason"?: string };
    answer: Service;
    answerHeaders: "ETag";
  };
  /** Change one of kinds of treatment, or add it under this id */
  putServices: {
    method: "PUT";
    path: "/v1/cabinets/{cabinet}/services/{id}";
    params: { "cabinet": string; "id": string };
    header: { "If-Match"?: string; "X-Access-Reason"?: string };
    body: NewService;
    answer: Service;
    answerHeaders: "ETag";
  };
  /** Open or close a cabinet */
  setCabinetStatus: {
    method: "PUT";
    path: "/v1/cabinets/{cabinet}/status";
    params: { "cabinet": string };
    header: { "If-Match"?: string; "X-Access-Reason"?: string };
    body: NewCabinetStatus;
    answer: Cabinet;
    answerHeaders: "ETag";
  };
  /** List who waits */
  listWaitlist: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/waitlist";
    params: { "cabinet": string };
    query: { "limit"?: number; "cursor"?: string };
    header: { "X-Access-Reason"?: string };
    answer: Waitlist;
  };
  /** Put a patient on the list */
  joinWaitlist: {
    method: "POST";
    path: "/v1/cabinets/{cabinet}/waitlist";
    params: { "cabinet": string };
    header: { "Idempotency-Key"?: string; "X-Access-Reason"?: string };
    body: NewWaiting;
    answer: Waiting;
    answerHeaders: "ETag" | "Location";
  };
  /** Offer a time that became free */
  offerTime: {
    method: "POST";
    path: "/v1/cabinets/{cabinet}/waitlist/offers";
    params: { "cabinet": string };
    header: { "Idempotency-Key"?: string; "X-Access-Reason"?: string };
    body: NewOffer;
    answer: Offer;
  };
  /** Take a patient from the list */
  leaveWaitlist: {
    method: "DELETE";
    path: "/v1/cabinets/{cabinet}/waitlist/{id}";
    params: { "cabinet": string; "id": string };
    header: { "X-Access-Reason"?: string };
    answer: void;
  };
  /** Show a place on the waitlist */
  showWaiting: {
    method: "GET";
    path: "/v1/cabinets/{cabinet}/waitlist/{id}";
    params: { "cabinet": string; "id": string };
    header: { "X-Access-Reason"?: string };
    answer: Waiting;
    answerHeaders: "ETag";
  };
  /** Take the offer */
  acceptOffer: {
    method: "POST";
    path: "/v1/cabinets/{cabinet}/waitlist/{id}/accept";
    params: { "cabinet": string; "id": string };
    header: { "X-Access-Reason"?: string };
    answer: Appointment;
    answerHeaders: "ETag";
  };
  /** Decline the offer */
  declineOffer: {
    method: "POST";
    path: "/v1/cabinets/{cabinet}/waitlist/{id}/decline";
    params: { "cabinet": string; "id": string };
    header: { "X-Access-Reason"?: string };
    answer: void;
  };
  /** List roll-outs */
  listRollouts: {
    method: "GET";
    path: "/v1/configuration-rollouts";
    query: { "limit"?: number; "cursor"?: string };
    answer: Rollouts;
  };
  /** Begin a roll-out */
  beginRollout: {
    method: "POST";
    path: "/v1/configuration-rollouts";
    header: { "Idempotency-Key"?: string };
    body: NewRollout;
    answer: Rollout;
    answerHeaders: "ETag" | "Location";
  };
  /** Show a roll-out */
  showRollout: {
    method: "GET";
    path: "/v1/configuration-rollouts/{id}";
    params: { "id": string };
    answer: Rollout;
    answerHeaders: "ETag";
  };
  /** Go on with a roll-out */
  advanceRollout: {
    method: "POST";
    path: "/v1/configuration-rollouts/{id}/advance";
    params: { "id": string };
    answer: Rollout;
    answerHeaders: "ETag";
  };
  /** Show what a roll-out would change */
  showRolloutChanges: {
    method: "GET";
    path: "/v1/configuration-rollouts/{id}/changes";
    params: { "id": string };
    answer: RolloutChanges;
  };
  /** Take a roll-out back */
  rollBackRollout: {
    method: "POST";
    path: "/v1/configuration-rollouts/{id}/rollback";
    params: { "id": string };
    answer: Rollout;
    answerHeaders: "ETag";
  };
  /** Invite somebody */
  invite: {
    method: "POST";
    path: "/v1/invitations";
    header: { "Idempotency-Key"?: string };
    body: NewInvitation;
    answer: Invitation;
    answerHeaders: "ETag" | "Location";
  };
  /** Show what happened in every cabinet */
  showActivity: {
    method: "GET";
    path: "/v1/reports/activity";
    query: { "from": string; "until": string };
    header: { "X-Access-Reason": string };
    answer: ActivityReport;
  };
  /** Show how every cabinet is */
  showHealthOfAll: {
    method: "GET";
    path: "/v1/reports/health";
    header: { "X-Access-Reason": string };
    answer: HealthReport;
  };
  /** What roles there are and what they allow */
  listRoles: {
    method: "GET";
    path: "/v1/roles";
    answer: Catalogue;
  };
  /** List users */
  listUsers: {
    method: "GET";
    path: "/v1/users";
    query: { "q"?: string; "status"?: UserStatus; "role"?: Role; "cabinet"?: string; "sort"?: "name" | "-name" | "email" | "-email" | "created" | "-created"; "limit"?: number; "cursor"?: string };
    answer: Users;
  };
  /** Do the same for many users */
  changeUsers: {
    method: "POST";
    path: "/v1/users/bulk";
    body: Bulk;
    answer: Outcomes;
  };
  /** Preview a file of people */
  previewUserImport: {
    method: "POST";
    path: "/v1/users/imports";
    header: { "Idempotency-Key"?: string };
    body: string;
    answer: UserImport;
    answerHeaders: "ETag" | "Location";
  };
  /** Show an import */
  showUserImport: {
    method: "GET";
    path: "/v1/users/imports/{id}";
    params: { "id": string };
    answer: UserImport;
    answerHeaders: "ETag";
  };
  /** Apply an import */
  applyUserImport: {
    method: "POST";
    path: "/v1/users/imports/{id}/apply";
    params: { "id": string };
    answer: UserImport;
  };
  /** The rows that cannot be applied, as a file */
  showUserImportFaults: {
    method: "GET";
    path: "/v1/users/imports/{id}/faults.csv";
    params: { "id": string };
    answer: string;
  };
  /** Undo an import */
  undoUserImport: {
    method: "POST";
    path: "/v1/users/imports/{id}/undo";
    params: { "id": string };
    answer: Undone;
  };
  /** Remove a user */
  removeUser: {
    method: "DELETE";
    path: "/v1/users/{id}";
    params: { "id": string };
    answer: void;
  };
  /** Show a user */
  showUser: {
    method: "GET";
    path: "/v1/users/{id}";
    params: { "id": string };
    answer: User;
    answerHeaders: "ETag";
  };
  /** Change a user */
  changeUser: {
    method: "PATCH";
    path: "/v1/users/{id}";
    params: { "id": string };
    header: { "If-Match": string };
    body: Particulars;
    answer: User;
    answerHeaders: "ETag";
  };
  /** List what a user did */
  listActivity: {
    method: "GET";
    path: "/v1/users/{id}/activity";
    params: { "id": string };
    query: { "limit"?: number; "cursor"?: string };
    answer: GroupAudit;
  };
  /** Invite somebody again */
  inviteAgain: {
    method: "POST";
    path: "/v1/users/{id}/invitation";
    params: { "id": string };
    answer: Invitation;
    answerHeaders: "ETag" | "Location";
  };
  /** Give a role */
  giveRole: {
    method: "POST";
    path: "/v1/users/{id}/roles";
    params: { "id": string };
    body: NewRole;
    answer: RoleGrant;
    answerHeaders: "ETag" | "Location";
  };
  /** Take a role away */
  takeRole: {
    method: "DELETE";
    path: "/v1/users/{id}/roles/{grant}";
    params: { "id": string; "grant": string };
    answer: void;
  };
  /** Show a role that somebody has */
  showRole: {
    method: "GET";
    path: "/v1/users/{id}/roles/{grant}";
    params: { "id": string; "grant": string };
    answer: RoleGrant;
    answerHeaders: "ETag";
  };
  /** Take a user's second factor away */
  removeSecondFactor: {
    method: "DELETE";
    path: "/v1/users/{id}/second-factor";
    params: { "id": string };
    answer: void;
  };
  /** Sign a user out everywhere */
  signUserOut: {
    method: "POST";
    path: "/v1/users/{id}/sign-out";
    params: { "id": string };
    answer: Ended;
  };
}
