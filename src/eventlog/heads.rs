//! What the columns of an event log are called in the field, and which words of a name say what it is. It looks at
//! names only.

/// What common exports call their columns, letters and digits only, the likeliest first: English, then as German, Dutch,
/// French and Spanish programs write them.
pub(super) const CASE: [&str; 28] = [
    "caseconceptname",
    "caseid",
    "case",
    "caseidentifier",
    "casekey",
    "casenumber",
    "caseno",
    "casename",
    "traceid",
    "trace",
    "processinstanceid",
    "processinstance",
    "ticketid",
    "ticket",
    "incidentid",
    "procinstid",
    "processinstancekey",
    "fallid",
    "fall",
    "fallnummer",
    "vorgangsnummer",
    "vorgangid",
    "vorgang",
    "zaakid",
    "zaak",
    "dossier",
    "idcaso",
    "caso",
];
pub(super) const ACTIVITY: [&str; 27] = [
    "conceptname",
    "eventconceptname",
    "activity",
    "activityname",
    "activitylabel",
    "activityid",
    "task",
    "taskname",
    "event",
    "eventname",
    "step",
    "stepname",
    "action",
    "actname",
    "activitytype",
    "taskid",
    "aktivität",
    "aktivitaet",
    "aktivitätsname",
    "tätigkeit",
    "taetigkeit",
    "schritt",
    "vorgangsschritt",
    "aufgabe",
    "activiteit",
    "activité",
    "actividad",
];
pub(super) const TIME: [&str; 49] = [
    "timetimestamp",
    "eventtimetimestamp",
    "completetimestamp",
    "endtimestamp",
    "completiontimestamp",
    "completetime",
    "completiontime",
    "endtime",
    "enddate",
    "endat",
    "end",
    "completed",
    "finished",
    "finish",
    "timestamp",
    "eventtimestamp",
    "eventtime",
    "datetime",
    "datestamp",
    "time",
    "date",
    "when",
    "complete",
    "finishtime",
    "finishtimestamp",
    "stoptime",
    "eventdate",
    "occurredat",
    "updatedat",
    "updated",
    "changedat",
    "modifiedat",
    "lastupdated",
    "endzeit",
    "endzeitpunkt",
    "ende",
    "enddatum",
    "erledigt",
    "erledigtam",
    "zeitstempel",
    "zeitpunkt",
    "zeit",
    "datum",
    "tijdstip",
    "einddatum",
    "eindtijd",
    "horodatage",
    "fechafin",
    "fecha",
];
pub(super) const START: [&str; 17] = [
    "starttimestamp",
    "starttime",
    "startdate",
    "startat",
    "start",
    "started",
    "begin",
    "begintime",
    "begintimestamp",
    "startzeit",
    "startzeitpunkt",
    "startdatum",
    "beginn",
    "begonnen",
    "starttijd",
    "début",
    "fechainicio",
];
pub(super) const RESOURCE: [&str; 39] = [
    "orgresource",
    "eventorgresource",
    "resource",
    "resourceid",
    "resourcename",
    "owner",
    "user",
    "username",
    "performer",
    "originator",
    "agent",
    "employee",
    "assignee",
    "assignedto",
    "actor",
    "person",
    "userid",
    "userkey",
    "employeeid",
    "agentid",
    "operator",
    "operatorid",
    "worker",
    "workerid",
    "staff",
    "handler",
    "performedby",
    "completedby",
    "executedby",
    "doneby",
    "bearbeiter",
    "bearbeiterin",
    "bearbeitetvon",
    "benutzer",
    "mitarbeiter",
    "ressource",
    "zuständig",
    "medewerker",
    "recurso",
];
pub(super) const LIFECYCLE: [&str; 5] =
    ["lifecycletransition", "lifecycle", "transition", "lifecyclestate", "lifecycleid"];
/// The transitions of the standard lifecycle of XES (IEEE 1849-2023, 7.2), in small letters.
pub(super) const STATES: [&str; 14] = [
    "schedule",
    "assign",
    "reassign",
    "start",
    "suspend",
    "resume",
    "complete",
    "autoskip",
    "manualskip",
    "withdraw",
    "pi_abort",
    "ate_abort",
    "abort_activity",
    "abort_case",
];
pub(super) const INSTANCE: [&str; 3] = ["conceptinstance", "activityinstance", "activityinstanceid"];

const STARTS: [&str; 6] = ["start", "started", "starting", "begin", "began", "beginning"];
const ENDS: [&str; 12] = [
    "end",
    "ended",
    "ending",
    "ends",
    "complete",
    "completed",
    "completion",
    "finish",
    "finished",
    "stop",
    "stopped",
    "done",
];
/// Words that say nothing more about a time than that it is one of a piece of work.
const PLAIN: [&str; 21] = [
    "time",
    "date",
    "datetime",
    "timestamp",
    "stamp",
    "ts",
    "at",
    "on",
    "of",
    "utc",
    "local",
    "actual",
    "real",
    "activity",
    "event",
    "task",
    "step",
    "work",
    "service",
    "operation",
    "act",
];

/// Whether a column is plainly the time work began: `Activity start (UTC)`, but not `Contract start`.
pub(super) fn is_start(name: &str) -> bool {
    is_time_of(name, &STARTS)
}

/// The same of the time it ended.
pub(super) fn is_end(name: &str) -> bool {
    is_time_of(name, &ENDS)
}

/// Whether a column numbers things rather than naming them.
pub(super) fn is_number(name: &str) -> bool {
    const NUMBERS: [&str; 11] =
        ["id", "ids", "no", "nr", "num", "number", "key", "index", "ref", "identifier", "instance"];
    words(name).last().is_some_and(|word| NUMBERS.contains(&word.as_str()))
}

fn is_time_of(name: &str, wanted: &[&str]) -> bool {
    let words = words(name);
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    words.iter().any(|word| is(wanted, word)) && words.iter().all(|word| is(wanted, word) || is(&PLAIN, word))
}

/// The words of a name, small: `actualStart_time` has three.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && before.is_lowercase()) {
            words.push(String::new());
        }
        if let (true, Some(word)) = (c.is_alphanumeric(), words.last_mut()) {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Letters and digits of a name only, small.
pub(super) fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_work_is_told_by_all_words_of_its_name() {
        for name in
            ["Start", "Actual start", "startDateTime", "Activity_Start (UTC)", "BEGIN_TS", "work began at"]
        {
            assert!(is_start(name) && !is_end(name), "{name}");
        }
        for name in ["Complete", "Ended at", "taskEndTime", "Finish date", "stop"] {
            assert!(is_end(name) && !is_start(name), "{name}");
        }
        for name in
            ["Contract start", "vendor date", "Weekend", "case start", "date", "planned end", "restart", ""]
        {
            assert!(!is_start(name) && !is_end(name), "{name}");
        }
        assert!(is_number("IncidentActivity_Number") && !is_number("IncidentActivity_Type"));
    }
}
