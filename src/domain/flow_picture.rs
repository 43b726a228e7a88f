//! A process as a picture in text: a line a step from top to bottom, with the ways between them as lines at the
//! left. Any graph has one: steps are put in an order, ways onwards are lanes, ways back are said in words. Lays
//! out only; what stands beside each step is for whoever shows it.

use super::decide::leads_to;
use super::flow_lines::{Cells, Signs, broken};
use super::flow_order::order;
use super::id::Handle;
use super::party::Party;
use super::process::{Arm, Go, Late, Performer, Process, Step, StepKind, WaitFor};

/// What a line of the picture is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    Step,
    /// More about the step above.
    Note,
    /// A way onwards, an end, or branches coming together.
    Way,
}

/// One line of the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Lines and signs.
    pub graph: String,
    pub text: String,
    /// Who does it, on the line of a step.
    pub by: String,
    /// The step the line is about.
    pub step: Handle,
    pub kind: LineKind,
}

/// What the signs before the steps mean.
pub const LEGEND: &str = "o work, ? decision, ~ wait, * by itself, > another process, @ outside party";

/// Where a lane leads whose step's ways are still being told.
const UNDECIDED: usize = usize::MAX;
/// Columns that text is given at least; lanes have the rest.
const TEXT: usize = 28;
/// More ways side by side than this nobody follows with the eye.
const MOST_LANES: usize = 20;

/// The picture: in `width` columns what is said of ways, in `titles` columns steps, beside which whoever shows it has
/// more to say and cuts what is longer.
pub fn picture(process: &Process, titles: usize, width: usize, signs: Signs) -> Vec<Line> {
    let order = order(process);
    let mut position = vec![0; process.steps.len()];
    order.iter().enumerate().for_each(|(at, step)| position[*step] = at);
    let lanes = (titles.min(width).saturating_sub(TEXT) / 2).clamp(1, MOST_LANES);
    let mut drawn = Drawing {
        process,
        position,
        width,
        signs,
        most: lanes,
        lanes: Vec::new(),
        unseen: Vec::new(),
        back: Vec::new(),
        lines: Vec::new(),
    };
    drawn.find_back();
    order.iter().for_each(|step| drawn.step(*step));
    drawn.lines
}

/// Who does a step, and what kind of step it is where that needs words.
pub fn doer(step: &Step) -> String {
    let minded = step.minded.as_ref().map(|party| format!(", {party} minds it")).unwrap_or_default();
    let by = match &step.by {
        Performer::Party(Party::Contact) => format!("outside party{minded}"),
        Performer::Party(party) => party.to_string(),
        Performer::Data(field) => format!("whoever is in {field}"),
        Performer::Sender => String::new(),
    };
    match &step.kind {
        StepKind::Work => by,
        StepKind::Decision { quorum: None } => format!("{by} decides"),
        StepKind::Decision { quorum: Some(quorum) } => format!("{by} decides, {quorum}"),
        StepKind::Wait(WaitFor::Until(field)) => format!("waits until {field}"),
        StepKind::Wait(WaitFor::For(goal)) => format!("waits {goal}"),
        StepKind::Wait(WaitFor::Message(name)) => format!("waits for message {name}"),
        StepKind::Auto { .. } => "by itself".to_string(),
        StepKind::Process { start, wait: true } => format!("starts {} and waits", start.process),
        StepKind::Process { start, wait: false } => format!("starts {}", start.process),
    }
}

fn sign(step: &Step) -> char {
    match &step.kind {
        StepKind::Work if step.by.party() == Some(&Party::Contact) => '@',
        StepKind::Work => 'o',
        StepKind::Decision { .. } => '?',
        StepKind::Wait(_) => '~',
        StepKind::Auto { .. } => '*',
        StepKind::Process { .. } => '>',
    }
}

/// Whether branches of one split come to a step each for itself, because nothing brings them together before.
fn comes_several_times(process: &Process, step: &Handle) -> bool {
    let joins = process.steps.iter().filter(|step| !step.join.is_empty());
    let joins = joins.map(|join| &join.handle).collect::<Vec<_>>();
    process.steps.iter().flat_map(|from| &from.next).any(|arm| {
        let Go::To(branches) = &arm.go else { return false };
        let leads = |branch: &&Handle| !joins.contains(branch) && leads_to(process, branch, step, &joins);
        branches.len() > 1 && branches.iter().filter(leads).count() > 1
    })
}

/// Where a way leads.
enum Target {
    Step(usize),
    Back,
    End,
}

struct Drawing<'p> {
    process: &'p Process,
    /// Of each step, in the order they are drawn.
    position: Vec<usize>,
    width: usize,
    signs: Signs,
    most: usize,
    /// The step each lane leads to.
    lanes: Vec<Option<usize>>,
    /// Ways that found no lane: from, to.
    unseen: Vec<(usize, usize)>,
    /// Ways that lead back: from, to.
    back: Vec<(usize, usize)>,
    lines: Vec<Line>,
}

impl Drawing<'_> {
    fn index(&self, handle: &Handle) -> Option<usize> {
        self.process.steps.iter().position(|step| &step.handle == handle)
    }

    fn title(&self, handle: &Handle) -> String {
        self.process.step(handle).map_or_else(|| handle.to_string(), |step| step.title.clone())
    }

    fn titles<'h>(&self, steps: impl IntoIterator<Item = &'h usize>) -> String {
        steps.into_iter().map(|step| self.process.steps[*step].title.as_str()).collect::<Vec<_>>().join(", ")
    }

    fn find_back(&mut self) {
        for (from, step) in self.process.steps.iter().enumerate() {
            for arm in &step.next {
                let Go::To(steps) = &arm.go else { continue };
                for to in steps.iter().filter_map(|to| self.index(to)).collect::<Vec<_>>() {
                    if self.position[to] <= self.position[from] && !self.back.contains(&(from, to)) {
                        self.back.push((from, to));
                    }
                }
            }
        }
    }

    fn targets(&self, from: usize, arm: &Arm) -> Vec<Target> {
        match &arm.go {
            Go::End(_) => vec![Target::End],
            Go::To(steps) => {
                let known = steps.iter().filter_map(|step| self.index(step));
                let target = |to| match self.position[to] <= self.position[from] {
                    true => Target::Back,
                    false => Target::Step(to),
                };
                known.map(target).collect()
            }
        }
    }

    fn step(&mut self, at: usize) {
        let step = &self.process.steps[at];
        let came = self.columns_to(at);
        let column = came.first().copied().unwrap_or_else(|| self.free_from(0));
        if came.len() > 1 {
            self.merge(at, &came);
        }
        self.lanes[column] = None;
        let mut cells = self.passing();
        cells.sign(column, sign(step));
        self.put(at, cells, &step.title, LineKind::Step);
        self.lines.last_mut().into_iter().for_each(|line| line.by = doer(step));
        let goes_on = !step.next.is_empty();
        self.lanes[column] = goes_on.then_some(UNDECIDED);
        for note in self.notes(at, came.len()) {
            self.put(at, self.passing(), &note, LineKind::Note);
        }
        self.ways(at, column);
    }

    /// What has to be said of a step beside its title.
    fn notes(&self, at: usize, came: usize) -> Vec<String> {
        let step = &self.process.steps[at];
        let mut notes = Vec::new();
        if !step.join.is_empty() && came < 2 {
            notes.push(self.join_words(step));
        }
        let from = |list: &[(usize, usize)]| {
            let mut from = list.iter().filter(|(_, to)| *to == at).map(|(from, _)| *from).collect::<Vec<_>>();
            from.dedup();
            from
        };
        let unseen = from(&self.unseen);
        if !unseen.is_empty() {
            notes.push(format!("from {}", self.titles(&unseen)));
        }
        let again = from(&self.back);
        if !again.is_empty() {
            notes.push(format!("again from {}", self.titles(&again)));
        }
        notes.extend(step.each.as_ref().map(|field| format!("once for each of {field}")));
        if !step.not_by.is_empty() {
            let others = step.not_by.iter().map(|step| self.title(step)).collect::<Vec<_>>().join(", ");
            notes.push(format!("not by whoever did {others}"));
        }
        notes.extend(step.milestone.as_ref().map(|milestone| format!("reached: {milestone}")));
        notes
    }

    fn join_words(&self, step: &Step) -> String {
        let set = step.join.iter().map(|step| self.title(step)).collect::<Vec<_>>().join(", ");
        match (step.need, step.late) {
            (None, _) => format!("waits for all of {set}"),
            (Some(need), Late::Continue) => format!("waits for {need} of {set}; the others end here"),
            (Some(need), Late::Cancel) => format!("waits for {need} of {set}; the others are ended"),
        }
    }

    /// Lanes that lead to one step come together in the leftmost.
    fn merge(&mut self, at: usize, columns: &[usize]) {
        let step = &self.process.steps[at];
        let words = match step.join.is_empty() {
            true if comes_several_times(self.process, &step.handle) => "once for each that comes".to_string(),
            true => "whichever comes".to_string(),
            false => self.join_words(step),
        };
        let mut cells = self.passing();
        if let (Some((into, others)), Some(last)) = (columns.split_first(), columns.last()) {
            cells.horizontal(*into, *last);
            others.iter().for_each(|column| cells.ends(*column));
            others.iter().for_each(|column| self.lanes[*column] = None);
        }
        self.put(at, cells, &words, LineKind::Way);
    }

    /// A line for each way, and lanes for where they lead.
    fn ways(&mut self, at: usize, column: usize) {
        let step = &self.process.steps[at];
        let arms = step.next.iter().map(|arm| (arm, self.targets(at, arm))).collect::<Vec<_>>();
        let plain = matches!(arms.as_slice(), [(arm, targets)]
            if arm.when.is_none() && arm.on.is_none() && matches!(targets.as_slice(), [Target::Step(_)]));
        let mut stem: Option<usize> = None;
        let mut led = Vec::new();
        for (n, (arm, targets)) in arms.iter().enumerate() {
            let (mut opened, mut branches_off) = (Vec::new(), false);
            for target in targets {
                match target {
                    Target::Step(to) if led.contains(to) => {}
                    Target::Step(to) if stem.is_none() => {
                        stem = Some(*to);
                        led.push(*to);
                    }
                    Target::Step(to) => {
                        led.push(*to);
                        match self.open_lane(column, *to) {
                            Some(lane) => opened.push(lane),
                            None => self.unseen.push((at, *to)),
                        }
                    }
                    Target::Back | Target::End => branches_off = true,
                }
            }
            if plain {
                continue;
            }
            let goes_on = stem.is_some() || n + 1 < arms.len();
            self.lanes[column] = None;
            let mut cells = self.passing();
            opened.iter().for_each(|lane| cells.clear(*lane));
            cells.stem(column, goes_on);
            if let Some(last) = opened.iter().max() {
                cells.horizontal(column, *last);
                opened.iter().for_each(|lane| cells.begins(*lane));
            } else if branches_off {
                cells.stub(column);
            }
            let words = self.way_words(step, n, arm);
            // Below its first line the text stands beside what goes on.
            if goes_on {
                self.lanes[column] = Some(stem.unwrap_or(UNDECIDED));
            }
            self.put(at, cells, &words, LineKind::Way);
        }
        self.lanes[column] = stem;
    }

    /// `approved: Install`, `if amount > 500: Approve`, `else: end, lost`, `side by side: Design, Build`
    fn way_words(&self, step: &Step, n: usize, arm: &Arm) -> String {
        let mut lead = Vec::new();
        lead.extend(arm.on.clone());
        lead.extend(arm.when.as_ref().map(|when| format!("if {when}")));
        if lead.is_empty() && step.next.len() > 1 {
            lead.push(if n > 0 { "else" } else { "always" }.to_string());
        }
        let to = match &arm.go {
            Go::End(None) => "end".to_string(),
            Go::End(Some(outcome)) => format!("end, {outcome}"),
            Go::To(steps) => {
                let only = |n: usize| arm.only.iter().find(|(of, _)| usize::try_from(*of) == Ok(n));
                let one = |(n, to): (usize, &Handle)| {
                    let back = self
                        .index(to)
                        .zip(self.index(&step.handle))
                        .is_some_and(|(to, at)| self.position[to] <= self.position[at]);
                    let back = if back { "back to " } else { "" };
                    let only = only(n).map(|(_, when)| format!(" (if {when})")).unwrap_or_default();
                    format!("{back}{}{only}", self.title(to))
                };
                let to = steps.iter().enumerate().map(one).collect::<Vec<_>>().join(", ");
                if steps.len() > 1 { format!("side by side: {to}") } else { to }
            }
        };
        match lead.is_empty() {
            true => to,
            false => format!("{}: {to}", lead.join(" and ")),
        }
    }

    fn columns_to(&self, step: usize) -> Vec<usize> {
        let to = self.lanes.iter().enumerate().filter(|(_, to)| **to == Some(step));
        to.map(|(column, _)| column).collect()
    }

    /// The first column from one on that no lane is in.
    fn free_from(&mut self, from: usize) -> usize {
        let free = (from..self.lanes.len()).find(|column| self.lanes[*column].is_none());
        let column = free.unwrap_or(self.lanes.len().max(from));
        if column >= self.lanes.len() {
            self.lanes.resize(column + 1, None);
        }
        column
    }

    fn open_lane(&mut self, right_of: usize, to: usize) -> Option<usize> {
        let free = (right_of + 1..self.most).find(|at| self.lanes.get(*at).is_none_or(Option::is_none))?;
        if free >= self.lanes.len() {
            self.lanes.resize(free + 1, None);
        }
        self.lanes[free] = Some(to);
        Some(free)
    }

    fn passing(&self) -> Cells {
        let mut cells = Cells::default();
        let open = self.lanes.iter().enumerate().filter(|(_, to)| to.is_some());
        open.for_each(|(column, _)| cells.vertical(column));
        cells
    }

    /// A line, with what does not fit of its text below beside what passes.
    fn put(&mut self, at: usize, cells: Cells, text: &str, kind: LineKind) {
        let step = self.process.steps[at].handle.clone();
        let graph = cells.text(self.signs);
        let passing = self.passing().text(self.signs);
        let used = graph.chars().count().max(passing.chars().count()) + 1;
        let room = self.width.saturating_sub(used).max(8);
        let texts = match kind {
            LineKind::Step => vec![text.to_string()],
            _ => broken(text, room),
        };
        for (n, text) in texts.into_iter().enumerate() {
            let graph = if n == 0 { graph.clone() } else { passing.clone() };
            self.lines.push(Line { graph, text, by: String::new(), step: step.clone(), kind });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::process_check::{Known, read};
    use super::*;
    use proptest::prelude::*;

    fn process(text: &str) -> Process {
        let (process, problems) = read(text, &Known::default());
        process.unwrap_or_else(|| panic!("{problems:?}"))
    }

    /// Every process that ships with the program, and every control-flow pattern.
    fn files() -> Vec<(String, Process)> {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
        let mut files = Vec::new();
        for folder in ["patterns", "templates"] {
            for entry in std::fs::read_dir(root.join(folder)).unwrap() {
                let path = entry.unwrap().path();
                if path.extension().is_some_and(|ext| ext == "toml") {
                    let name = path.file_name().unwrap().to_string_lossy().to_string();
                    files.push((name, process(&std::fs::read_to_string(&path).unwrap())));
                }
            }
        }
        files.sort_by(|a, b| a.0.cmp(&b.0));
        assert!(files.len() > 25);
        files
    }

    fn shown(process: &Process, width: usize, signs: Signs) -> String {
        let line = |line: &Line| {
            let left = format!("{} {}", line.graph, line.text);
            match line.by.is_empty() {
                true => left,
                false => format!("{left:<40}{}", line.by),
            }
        };
        let lines = picture(process, width, width, signs).iter().map(line).collect::<Vec<_>>();
        lines.join("\n")
    }

    fn goes_down(c: char) -> bool {
        "│├┤┬┐┌┼".contains(c)
    }

    fn goes_up(c: char) -> bool {
        "│├┤┴┘└┼".contains(c)
    }

    /// Every step stands once, no text is lost, and no line ends in the air.
    fn holds(process: &Process, width: usize) {
        let lines = picture(process, width, width, Signs::Box);
        for step in &process.steps {
            let own = |line: &&Line| line.step == step.handle && line.kind == LineKind::Step;
            assert_eq!(lines.iter().filter(own).count(), 1, "{} in {}", step.handle, process.handle);
        }
        let told = |lines: &[Line]| {
            let texts = lines.iter().map(|line| line.text.trim()).collect::<Vec<_>>();
            texts.join(" ").split_whitespace().map(str::to_string).collect::<Vec<_>>()
        };
        assert_eq!(told(&lines).len(), told(&picture(process, width, width, Signs::Ascii)).len());
        let rows = lines.iter().map(|line| line.graph.chars().collect::<Vec<_>>()).collect::<Vec<_>>();
        let at = |row: usize, cell: usize| rows.get(row).and_then(|r| r.get(cell)).copied().unwrap_or(' ');
        for row in 0..rows.len() {
            for cell in 0..rows[row].len().max(rows.get(row + 1).map_or(0, Vec::len)) {
                let (above, below) = (at(row, cell), at(row + 1, cell));
                let sign = |c: char| LEGEND.contains(c) && c != ' ';
                let context = || format!("{}\nrow {row}", shown(process, width, Signs::Box));
                assert!(!goes_down(above) || goes_up(below) || sign(below), "{}", context());
                assert!(!goes_up(below) || goes_down(above) || sign(above), "{}", context());
            }
        }
        for line in lines.iter().filter(|line| line.kind != LineKind::Step) {
            let wide = line.graph.chars().count() + 1 + line.text.chars().count();
            let words = line.text.split_whitespace().map(|w| w.chars().count()).max().unwrap_or(0);
            let lone = !line.text.trim().contains(' ');
            assert!(
                wide <= width.max(line.graph.chars().count() + 1 + words + 2) || lone,
                "{line:?} in {width}"
            );
        }
    }

    #[test]
    fn every_process_that_ships_and_every_pattern_has_a_picture_at_any_width() {
        for (_, process) in files() {
            for width in [24, 40, 48, 56, 88, 200] {
                holds(&process, width);
            }
        }
    }

    #[test]
    fn all_of_them_as_they_look_beside_the_load_at_80_columns() {
        let all = files()
            .into_iter()
            .map(|(name, process)| format!("{name}\n{}\n", shown(&process, 52, Signs::Box)));
        insta::assert_snapshot!("pictures", all.collect::<Vec<_>>().join("\n"));
    }

    #[test]
    fn without_box_drawing_it_says_the_same() {
        let order = process(include_str!("../../assets/templates/order-to-cash.toml"));
        let (with, without) = (shown(&order, 52, Signs::Box), shown(&order, 52, Signs::Ascii));
        assert!(without.is_ascii());
        assert_eq!(with.lines().count(), without.lines().count());
        let none = shown(&order, 52, Signs::None);
        assert!(!none.contains(['|', '+']), "{none}");
    }

    fn random() -> impl Strategy<Value = Process> {
        let ways = prop::collection::vec((prop::collection::vec(0usize..14, 0..4), any::<bool>()), 0..4);
        prop::collection::vec(ways, 1..14).prop_map(|steps| {
            let handle = |n: usize| format!("s{n}").parse::<Handle>().unwrap();
            let mut process = Process::new(handle(0), "P".into(), Party::Person(handle(0)));
            let len = steps.len();
            for (n, ways) in steps.into_iter().enumerate() {
                let by = Performer::Party(Party::Role(handle(1)));
                let mut step = Step::work(handle(n), format!("Step number {n}"), by);
                for (to, on) in ways {
                    let to = to.into_iter().map(|to| handle(to % len)).collect::<Vec<_>>();
                    let go = if to.is_empty() { Go::End(Some("won".into())) } else { Go::To(to) };
                    step.next.push(Arm::new(on.then(|| "amount > 500 and region = north".into()), go));
                }
                process.steps.push(step);
            }
            process
        })
    }

    proptest! {
        #[test]
        fn any_graph_has_a_picture(process in random(), width in 20usize..120) {
            holds(&process, width);
        }
    }
}
