//! Every picture of a company made up for it, as text and as SVG; and what foreign text may do to them.

use super::*;
use crate::domain::flow::{Became, CaseFacts, Offer, Visit};
use crate::domain::zone::Zone;
use crate::domain::{CaseId, Handle, Instant, Span};
use proptest::prelude::*;

fn h(text: &str) -> Handle {
    text.parse().unwrap()
}

/// 2026-11-02, a Monday, and so many hours.
fn at(hours: i64) -> Instant {
    Instant(1_793_577_600_000 + Span::HOUR.times(hours).0)
}

fn cases(count: i64) -> Vec<CaseFacts> {
    let case = |n: i64| {
        let (start, length) = (n * 20, 5 + (n * 37) % 90);
        let done = n % 5 != 0;
        let middle = start + length / 2;
        let visit = |step: &str, from: i64, to: Option<i64>| Visit {
            item: None,
            before: None,
            step: h(step),
            holder: Some(h("ana")),
            entered: at(from),
            held: Vec::new(),
            outside: false,
            accepted: at(from + 1),
            left: to.map(at),
            waited: Span::ZERO,
            due: None,
            returned: false,
            done: true,
        };
        let offer = Offer {
            step: h("check"),
            from_step: Some(h("quote")),
            from: h(if n % 2 == 0 { "ana" } else { "chi" }),
            to: "sales".parse().unwrap(),
            by: Some(h(if n % 3 == 0 { "bo" } else { "dee" })),
            offered: at(middle),
            ended: Some(at(middle + n % 9)),
            due: None,
            became: Became::Accepted,
            back: false,
        };
        CaseFacts {
            id: CaseId(n),
            title: format!("Case {n}"),
            version: 1,
            migrated: false,
            about: None,
            kind: None,
            started: at(start),
            ended: done.then(|| at(start + length)),
            due: Some(at(start + 60)),
            imported: false,
            visits: vec![
                visit("quote", start, Some(middle)),
                visit("check", middle, done.then_some(start + length)),
            ],
            offers: vec![offer],
        }
    };
    (1..=count).map(case).collect()
}

fn steps() -> Vec<(Handle, String)> {
    vec![(h("quote"), "Quote <&\" \u{1b}[31m>".to_string()), (h("check"), "Check".to_string())]
}

fn drawn(name: &str, count: i64) -> Picture {
    picture(name, &cases(count), &[], &steps(), at(0), at(24 * 60), &Zone::utc()).unwrap()
}

fn text(of: &Picture, width: usize, height: usize) -> String {
    let lines = lines(of, width, height);
    let line = |spans: &Spans| {
        spans.iter().map(|(text, _)| text.as_str()).collect::<String>().trim_end().to_string()
    };
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_picture_as_text() {
    let all = NAMES.map(|(name, _)| format!("== {name}\n{}", text(&drawn(name, 60), 78, 18))).join("\n\n");
    insta::assert_snapshot!("text", all);
}

#[test]
fn every_picture_as_svg_is_well_formed_and_its_text_is_only_text() {
    for (name, _) in NAMES {
        let svg = svg(&drawn(name, 60), "Quote to cash & <more>\u{7}");
        let mut reader = quick_xml::Reader::from_str(&svg);
        let mut depth = 0;
        loop {
            match reader.read_event().unwrap_or_else(|e| panic!("{name}: {e}\n{svg}")) {
                quick_xml::events::Event::Start(_) => depth += 1,
                quick_xml::events::Event::End(_) => depth -= 1,
                quick_xml::events::Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(depth, 0, "{name}");
        assert!(svg.contains("Quote to cash &amp; &lt;more&gt;") && !svg.contains('\u{7}'), "{name}");
        assert!(!svg.contains('\u{1b}') && !svg.contains("NaN") && !svg.contains("inf"), "{name}: {svg}");
    }
    insta::assert_snapshot!("scatter.svg", svg(&drawn("scatter", 12), "Quote to cash"));
    insta::assert_snapshot!("handoffs.svg", svg(&drawn("handoffs", 12), "Quote to cash"));
}

/// Thirty steps in one picture: each name has its room, or is not there.
#[test]
fn labels_of_many_steps_do_not_run_into_one_another() {
    let many = (0..30).map(|n| (h(&format!("step-{n}")), format!("Check the delivery of part {n}")));
    let many = [steps(), many.collect()].concat();
    let of = picture("ageing", &cases(20), &[], &many, at(0), at(600), &Zone::utc()).unwrap();
    let drawn = svg(&of, "Made up");
    let at = |line: &str| line.split("rotate(-60 ").nth(1)?.split(' ').next()?.parse::<f64>().ok();
    let slanted = drawn.lines().filter_map(at).collect::<Vec<_>>();
    assert!(slanted.len() > 20, "{drawn}");
    assert!(slanted.windows(2).all(|two| two[1] - two[0] > 14.0), "{slanted:?}");
    let wide = text(&of, 400, 30);
    assert!(
        wide.contains("~ of part 3 ") && wide.contains("~of part 29"),
        "cut so that they can be told apart:\n{wide}"
    );
}

#[test]
fn nothing_to_draw_is_said_and_an_unknown_name_is_none() {
    for (name, _) in NAMES {
        let of = drawn(name, 0);
        assert_eq!(of.body, Body::Nothing, "{name}");
        assert!(text(&of, 60, 20).contains("othing") || text(&of, 60, 20).contains("No work"), "{name}");
        svg(&of, "");
    }
    assert_eq!(picture("pie", &[], &[], &[], at(0), at(0), &Zone::utc()), None);
}

#[test]
fn tones_are_told_apart_without_colours() {
    let tones = [Tone::Plain, Tone::First, Tone::Second, Tone::Third, Tone::Late, Tone::Quiet];
    let signs = tones.map(Tone::sign).into_iter().collect::<std::collections::BTreeSet<_>>();
    assert_eq!(signs.len(), tones.len());
}

#[test]
fn of_bars_that_do_not_fit_the_newest_stay_and_how_many_went_is_said() {
    let of = drawn("weeks", 40);
    let all = lines(&of, 80, 200).len();
    let told = super::text::lines_within(&of, 80, 12);
    let text = |spans: &Spans| spans.iter().map(|(text, _)| text.as_str()).collect::<String>();
    assert!(all > 12 && told.len() <= 12, "{all} {}", told.len());
    assert_eq!(told.last().map(text), lines(&of, 80, 200).last().map(text), "the newest week");
    assert!(told.iter().any(|line| text(line).contains("above these are not shown")));
    assert_eq!(super::text::lines_within(&of, 80, 200), lines(&of, 80, 200));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_line_is_wider_than_there_is_room(name in 0..NAMES.len(), count in 0..40_i64, width in 40..200_usize, height in 4..60_usize) {
        let of = drawn(NAMES[name].0, count);
        for spans in lines(&of, width, height) {
            let all = spans.iter().map(|(text, _)| text.as_str()).collect::<String>();
            prop_assert!(all.trim_end().chars().count() <= width, "{all}");
        }
    }
}

#[test]
fn a_few_dates_far_away_do_not_press_the_rest_into_a_corner() {
    let mut all = cases(2_000);
    let last = all.len() - 1;
    for (n, hours) in [(3, -600_000), (last - 1, 600_000)] {
        all[n].started = at(hours);
        all[n].ended = Some(at(hours + 5));
    }
    for name in ["scatter", "flow", "weeks", "trend"] {
        let of = picture(name, &all, &[], &steps(), Instant(i64::MIN), at(40_010), &Zone::utc()).unwrap();
        let told = text(&of, 100, 60);
        assert!(told.contains("are not shown, but counted."), "{name}: {told}");
        assert!(told.contains("2031") && !told.contains("1958") && !told.contains("2095"), "{name}: {told}");
    }
}
