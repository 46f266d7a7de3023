use super::*;

/// The entries as `address|name|status`.
fn entries(text: &str) -> Vec<String> {
    let import = read_csv(text.as_bytes(), Status::Confirmed).unwrap();
    assert_eq!(import.refused, [], "{text}");
    let show = |entry: &Entry| {
        format!("{}|{}|{}", entry.address, entry.name.as_deref().unwrap_or("-"), entry.status.name())
    };
    import.entries.iter().map(show).collect()
}

fn refused(text: &[u8]) -> Vec<(usize, String)> {
    let import = read_csv(text, Status::Confirmed).unwrap();
    import.refused.into_iter().map(|refused| (refused.line, refused.why)).collect()
}

#[test]
fn an_open_quote_is_refused_with_its_line_and_never_taken_for_a_name() {
    let refused = |text: &str| {
        let import = read_csv(text.as_bytes(), Status::Confirmed).unwrap();
        (import.entries.len(), import.refused.iter().map(|refused| refused.line).collect::<Vec<_>>())
    };
    let rows = [
        ("email,name\na@example.org,A\nb@example.org,\"x\nc@example.org,y\nd@example.org,z\n", (1, vec![3])),
        ("email,name\na@example.org,\"x\nb@example.org,\"y\"\nc@example.org,z\n", (1, vec![2])),
        ("email,attributes,name\na@example.org,\"{,A\nb@example.org,{},B\n", (0, vec![2])),
        ("email,name\na@example.org,\"A \"\"B\"\" C\"", (1, vec![])),
        ("email,name\na@example.org,\"two\nlines\"\nb@example.org,B \"x\n", (2, vec![])),
    ];
    for (text, expected) in rows {
        assert_eq!(refused(text), expected, "{text}");
    }
}

#[test]
fn exports_of_other_programs_are_understood() {
    for (program, text, expected) in [
        (
            "Mailchimp",
            "Email Address,First Name,Last Name,Address,MEMBER_RATING\n\
             ann@example.org,Ann,Example,\"1 Main St  Springfield\",2\nbea@example.org,,,,2\n",
            ["ann@example.org|Ann Example|confirmed", "bea@example.org|-|confirmed"],
        ),
        (
            "Mailchimp, who left",
            "Email Address,First Name,Last Name,UNSUB_TIME,UNSUB_REASON\n\
             ann@example.org,Ann,,\"2025-01-02 10:00:00\",NORMAL\nbea@example.org,Bea,,,\n",
            ["ann@example.org|Ann|unsubscribed", "bea@example.org|Bea|confirmed"],
        ),
        (
            "listmonk",
            "email,name,status,attributes\n\
             ann@example.org,Ann,enabled,\"{\"\"city\"\": \"\"X\"\"}\"\nbea@example.org,Bea,blocklisted,{}\n",
            ["ann@example.org|Ann|confirmed", "bea@example.org|Bea|unsubscribed"],
        ),
        (
            "Ghost",
            "id,email,name,note,subscribed_to_emails,created_at,deleted_at\n\
             1,ann@example.org,Ann,,true,2025-01-02,\n2,bea@example.org,Bea,,false,2025-01-02,\n",
            ["ann@example.org|Ann|confirmed", "bea@example.org|Bea|unsubscribed"],
        ),
        (
            "Buttondown",
            "email_address,type,tags\nann@example.org,regular,\nbea@example.org,unactivated,x\n",
            ["ann@example.org|-|confirmed", "bea@example.org|-|pending"],
        ),
        (
            "Substack",
            "email,active_subscription,plan,email_disabled\n\
             ann@example.org,false,other,false\nbea@example.org,true,yearly,true\n",
            ["ann@example.org|-|confirmed", "bea@example.org|-|unsubscribed"],
        ),
        (
            "a type of something else",
            "Type;E-Mail;Name\nReader;ann@example.org;Ann\nunsubscribed;bea@example.org;Bea\n",
            ["ann@example.org|Ann|confirmed", "bea@example.org|Bea|unsubscribed"],
        ),
    ] {
        assert_eq!(entries(text), expected, "{program}");
    }
}

#[test]
fn a_file_needs_no_column_names() {
    for text in [
        "ann@example.org\nbea@example.org",
        "\u{feff}ann@example.org\r\n\r\nbea@example.org\r\n",
        "ann@example.org\rbea@example.org\r",
        "\n  ann@example.org  \n\"bea@example.org\"\n",
    ] {
        assert_eq!(entries(text), ["ann@example.org|-|confirmed", "bea@example.org|-|confirmed"], "{text:?}");
    }
    for text in [
        "Ann;ann@example.org",
        "ann@example.org\tAnn",
        "Ann <ann@example.org>",
        "ann@example.org,\"Ann\n\"",
        "1,2,Ann <ann@example.org>",
    ] {
        assert_eq!(entries(text), ["ann@example.org|Ann|confirmed"], "{text:?}");
    }
    assert_eq!(entries("\"Example, Ann\" <ann@example.org>"), ["ann@example.org|Example, Ann|confirmed"]);
}

#[test]
fn separators_inside_quotes_do_not_count() {
    assert_eq!(
        entries("\"Name, or; what\";email;name\n1;ann@example.org;\"Ann, of; X\"\n"),
        ["ann@example.org|Ann, of; X|confirmed"]
    );
}

#[test]
fn a_row_that_cannot_be_taken_costs_only_itself_and_is_named_by_its_line() {
    let text = b"email,name,status\r\n\
        ann@example.org,\"Ann\r\nof\r\nX\",\r\n\
        \r\n\
        nobody,Bea,\r\n\
        bea@example.org,B\xe9a,\r\n\
        ,Cea,\r\n\
        cea@example.org,Cea,perhaps\r\n\
        ,,\r\n\
        dea@example.org\r\n\
        \t,Eea";
    let refused = refused(text);
    assert_eq!(refused.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [6, 7, 8, 9, 12]);
    for ((_, why), says) in refused.iter().zip(["no @", "UTF-8", "no address", "\"perhaps\" is not known"]) {
        assert!(why.contains(says), "{why}");
    }
    let import = read_csv(text, Status::Pending).unwrap();
    let names: Vec<_> = import.entries.iter().map(|entry| entry.name.as_deref()).collect();
    assert_eq!(names, [Some("Ann of X"), None]);
    assert!(import.entries.iter().all(|entry| entry.status == Status::Pending));
}

#[test]
fn the_first_of_twins_counts_but_for_one_that_has_left() {
    let import = read_csv(
        b"email,name,status\nAnn@example.org,,subscribed\nbea@example.org,B,pending\n\
          ann@EXAMPLE.org,Ann,unsubscribed\nBea@example.org,Bea,confirmed\n",
        Status::Confirmed,
    )
    .unwrap();
    assert_eq!(import.duplicates, 2);
    let [ann, bea] = &import.entries[..] else { panic!("{:?}", import.entries) };
    assert_eq!((ann.address.to_string().as_str(), ann.status), ("Ann@example.org", Status::Unsubscribed));
    assert_eq!((bea.name.as_deref(), bea.status), (Some("B"), Status::Pending));
}

#[test]
fn a_file_without_addresses_says_what_it_has_instead() {
    let error = read_csv(b"Nom,Courriel\nAnn,ann@example.org\n", Status::Confirmed).unwrap_err();
    assert_eq!(error, NotCsv::NoAddresses("\"Nom\", \"Courriel\"".to_owned()));
    assert_eq!(read_csv(b"\xff\xfea\0", Status::Confirmed).unwrap_err(), NotCsv::Utf16);
    assert_eq!(read_csv(b"", Status::Confirmed).unwrap().entries, []);
    assert_eq!(read_csv(b"email\n", Status::Confirmed).unwrap().entries, []);
}
