use super::*;
use proptest::prelude::*;

fn parse(text: &str) -> EnvFile {
    EnvFile::parse(".env.test", text.as_bytes()).unwrap()
}

fn refusal(text: &str) -> String {
    EnvFile::parse(".env.test", text.as_bytes()).err().unwrap().to_string()
}

#[test]
fn every_way_to_write_a_value_is_read() {
    for (line, value) in [
        ("K=plain", "plain"),
        ("K = spaced ", "spaced"),
        ("export K=exported", "exported"),
        ("  export\tK=tabbed", "tabbed"),
        ("K=with#hash", "with#hash"),
        ("K=before # comment", "before"),
        ("K='single # $HOME \\n'", "single # $HOME \\n"),
        (
            r#"K="double # $HOME \"quoted\" \\ \n end" # comment"#,
            "double # $HOME \"quoted\" \\ \n end",
        ),
        (r#"K="unknown \d stays""#, "unknown \\d stays"),
        (
            "K=postgres://u:p@h:5432/d?sslmode=require&a=b",
            "postgres://u:p@h:5432/d?sslmode=require&a=b",
        ),
        ("K='first\nsecond'", "first\nsecond"),
        ("K=dollar$sign${x}", "dollar$sign${x}"),
        ("\u{feff}K=after a byte order mark", "after a byte order mark"),
    ] {
        assert_eq!(parse(line).get("K").unwrap(), Some(value), "{line}");
        let windows = format!("# c\r\n\r\n{}\r\nOTHER=1\r\n", line.trim_start_matches('\u{feff}'));
        let read = parse(&windows);
        assert_eq!(read.get("K").unwrap(), Some(value), "CRLF {line}");
        assert_eq!(read.get("OTHER").unwrap(), Some("1"), "CRLF {line}");
    }
}

#[test]
fn an_empty_value_is_none() {
    for line in [
        "K=",
        "K=''",
        "K=\"\"",
        "K=   ",
        "K= # only a comment",
        "OTHER=1",
        "export K",
    ] {
        assert_eq!(parse(line).get("K").unwrap(), None, "{line}");
    }
}

#[test]
fn what_is_not_understood_is_named_by_its_line_and_never_shown() {
    for (text, line) in [
        ("# fine\nDATABASE_URL secret", "line 2"),
        ("A=1\n\nB='secret\n", "line 3"),
        ("A='two\nlines'\nsecret thing = 1", "line 3"),
        ("A='x' secret", "line 1"),
        ("A=\"two\nlines\nthree\" \nsecret", "line 4"),
    ] {
        let refused = refusal(text);
        assert!(refused.starts_with(&format!(".env.test {line}: ")), "{refused}");
        assert!(!refused.contains("secret"), "{refused}");
    }
    let binary = EnvFile::parse(".env.test", b"A=1\nB=\xff").err().unwrap().to_string();
    assert_eq!(binary, ".env.test line 2: it is not UTF-8 text");
}

#[test]
fn a_key_that_is_set_twice_is_not_guessed() {
    let file = parse("A=1\nDATABASE_URL=x\nDATABASE_URL=y\nA=2\n");
    let refused = file.get("DATABASE_URL").err().unwrap().to_string();
    assert_eq!(
        refused,
        ".env.test line 3: DATABASE_URL is set a second time (first on line 2); keep one"
    );
}

#[test]
fn setting_a_key_leaves_everything_else_as_it_was() {
    let text = "# top\r\nexport A = \"old\" # why\r\n\r\nB='multi\nline' \r\nC=3";
    let mut file = parse(text);
    file.set("A", "new").unwrap();
    assert_eq!(file.text(), text.replace("\"old\"", "new"));
    file.set("D", "4").unwrap();
    assert_eq!(file.text(), text.replace("\"old\"", "new") + "\r\nD=4\r\n");
}

#[test]
fn an_empty_value_can_be_filled_in() {
    for (text, filled) in [
        ("K=\nL=1\n", "K=v\nL=1\n"),
        ("K= # comment\n", "K=v # comment\n"),
        ("K=''\n", "K=v\n"),
        ("", "K=v\n"),
    ] {
        let mut file = parse(text);
        file.set("K", "v").unwrap();
        assert_eq!(file.text(), filled);
    }
}

proptest! {
    #[test]
    fn any_value_that_is_set_is_read_back(value in "\\PC*|[ -~\n\t]*", before in "(A=1\n)?(# x\r\n)?") {
        let mut file = parse(&before);
        file.set("K", &value).unwrap();
        prop_assert_eq!(file.get("K").unwrap().unwrap_or_default(), value.as_str());
        file.set("Z", "last").unwrap();
        file.set("K", "changed").unwrap();
        prop_assert_eq!(file.get("K").unwrap(), Some("changed"));
        prop_assert_eq!(file.get("Z").unwrap(), Some("last"));
    }

    #[test]
    fn no_text_makes_the_reader_fall_over(text in "[\\PC\r\n'\"=#\\\\]*") {
        if let Ok(mut file) = EnvFile::parse("x", text.as_bytes()) {
            prop_assert_eq!(file.text(), text.as_str());
            if file.set("NOVA", "1").is_ok() {
                prop_assert_eq!(file.get("NOVA").unwrap(), Some("1"));
            }
        }
    }
}
