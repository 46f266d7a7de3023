use super::*;

fn folder() -> (tempfile::TempDir, Digests) {
    let folder = tempfile::tempdir().unwrap();
    let digests = Digests::new(folder.path().join("digests"));
    (folder, digests)
}

fn key(text: &str) -> IssueKey {
    text.parse().unwrap()
}

fn issue(name: &str) -> Issue {
    Issue {
        key: key(name),
        subject: "The week: \"ünïcode\"".to_owned(),
        preheader: "What mattered".to_owned(),
        language: "en".to_owned(),
        composed: "2026-01-14T09:00:00Z".parse().unwrap(),
        articles: vec![CarriedArticle {
            path: "posts/a.md".to_owned(),
            link: None,
            title: "A".to_owned(),
            url: "https://news.example.org/a/".to_owned(),
            also: vec![Identity { path: "wire/a.md".to_owned(), link: None }],
        }],
        cut: vec![Identity { path: "posts/b.md".to_owned(), link: None }],
        dropped: Vec::new(),
        html: "<p>Hello</p>\n".to_owned(),
        text: "Hello\r\n".to_owned(),
    }
}

fn receipt(name: &str) -> Receipt {
    Receipt {
        issue: key(name),
        hash: issue(name).hash(),
        started: "2026-01-14T10:00:00Z".parse().unwrap(),
        list: "main".to_owned(),
        recipients: 3,
        ended: None,
    }
}

#[test]
fn an_issue_is_read_as_it_was_written() {
    let (_folder, digests) = folder();
    let issue = issue("weekly@2026-01-14-2");
    assert_eq!(digests.read(&issue.key).unwrap(), None);
    digests.write(&issue).unwrap();
    assert_eq!(digests.read(&issue.key).unwrap(), Some(issue));
}

#[test]
fn the_files_of_an_issue_are_made_to_be_read() {
    let (_folder, digests) = folder();
    let issue = issue("weekly@2026-01-14");
    digests.write(&issue).unwrap();
    digests.write_receipt(&receipt("weekly@2026-01-14")).unwrap();
    let path = digests.path(&issue.key);
    assert!(path.ends_with("digests/weekly/2026-01-14"));
    assert_eq!(files::names_in(&path).unwrap(), [HTML, TEXT, ISSUE, RECEIPT]);
    insta::assert_snapshot!(files::read_text(&path.join(ISSUE)).unwrap(), @r#"
    {
      "version": 1,
      "issue": "weekly@2026-01-14",
      "subject": "The week: \"ünïcode\"",
      "preheader": "What mattered",
      "language": "en",
      "composed": "2026-01-14T09:00:00Z",
      "articles": [
        {
          "path": "posts/a.md",
          "title": "A",
          "url": "https://news.example.org/a/",
          "also": [
            {
              "path": "wire/a.md"
            }
          ]
        }
      ],
      "cut": [
        {
          "path": "posts/b.md"
        }
      ]
    }
    "#);
    insta::assert_snapshot!(files::read_text(&path.join(RECEIPT)).unwrap(), @r#"
    {
      "version": 1,
      "issue": "weekly@2026-01-14",
      "hash": "ddb47d3c1d58a13ad979cc45850756a22fa854f4b163c4ae7f538d82206f4fb7",
      "started": "2026-01-14T10:00:00Z",
      "list": "main",
      "recipients": 3
    }
    "#);
    assert!(files::read_text(&path.join(ISSUE)).unwrap().ends_with("}\n"));
}

#[test]
fn what_a_reviewer_has_edited_is_what_is_read() {
    let (_folder, digests) = folder();
    let mut issue = issue("weekly@2026-01-14");
    digests.write(&issue).unwrap();
    let path = digests.path(&issue.key);
    let json = files::read_text(&path.join(ISSUE)).unwrap().replace("The week", "This week");
    files::write(&path.join(ISSUE), json.as_bytes()).unwrap();
    files::write(&path.join(TEXT), b"Good morning\n").unwrap();
    issue.subject = "This week: \"ünïcode\"".to_owned();
    issue.text = "Good morning\n".to_owned();
    assert_eq!(digests.read(&issue.key).unwrap(), Some(issue));
}

#[test]
fn a_bad_file_is_named_with_what_is_wrong_and_where() {
    let (_folder, digests) = folder();
    let issue = issue("weekly@2026-01-14");
    let file = digests.path(&issue.key).join(ISSUE);
    for (from, to, says) in [
        ("\"language\"", "\"langauge\"", "unknown field `langauge`"),
        ("\"composed\": \"2026", "\"composed\": \"", "line 7"),
        ("What mattered\",", "What mattered\"", "line 6 column 3"),
        ("\"version\": 1", "\"version\": 2", "later tidings"),
        ("weekly@2026-01-14", "weekly@2026-01-15", "of weekly@2026-01-15"),
        ("The week", "The\\r\\nBcc: a@example.org", "holds a control character"),
        ("The week: \\\"ünïcode\\\"", " ", "the subject is blank"),
        ("\"en\"", "\"en\\r\\nBcc: a@example.org\"", "no language tag"),
    ] {
        digests.write(&issue).unwrap();
        let json = files::read_text(&file).unwrap();
        assert!(json.contains(from), "{from}");
        files::write(&file, json.replace(from, to).as_bytes()).unwrap();
        let error = digests.read(&issue.key).unwrap_err().to_string();
        assert!(error.starts_with(file.to_str().unwrap()) && error.contains(says), "{error}");
    }
    digests.write(&issue).unwrap();
    files::remove(&digests.path(&issue.key).join(HTML)).unwrap();
    assert!(digests.read(&issue.key).unwrap_err().to_string().contains("digest.html"));
}

#[test]
fn keys_are_sorted_and_other_folders_are_not_issues() {
    let (_folder, digests) = folder();
    assert_eq!(digests.keys("weekly").unwrap(), []);
    for name in ["2026-01-14-10", "2026-01-14", "2026-01-14-2", "2025-12-31", "notes", ".git", "2026-02-30"] {
        files::make_folder(&digests.root.join("weekly").join(name)).unwrap();
    }
    let keys: Vec<_> = digests.keys("weekly").unwrap().iter().map(IssueKey::folder).collect();
    assert_eq!(keys, ["2025-12-31", "2026-01-14", "2026-01-14-2", "2026-01-14-10"]);
}

#[test]
fn drafts_are_the_issues_without_receipt() {
    let (_folder, digests) = folder();
    for name in ["weekly@2026-01-14", "weekly@2026-01-21", "daily@2026-01-14"] {
        digests.write(&issue(name)).unwrap();
    }
    digests.write_receipt(&receipt("weekly@2026-01-14")).unwrap();
    // A receipt alone is no draft: the bytes may have been left out of git.
    digests.write_receipt(&receipt("weekly@2026-01-07")).unwrap();
    assert_eq!(digests.drafts("weekly").unwrap(), [key("weekly@2026-01-21")]);
    let receipts = digests.receipts("weekly").unwrap();
    assert_eq!(receipts, [receipt("weekly@2026-01-07"), receipt("weekly@2026-01-14")]);
}

#[test]
fn what_was_started_is_neither_replaced_nor_removed() {
    let (_folder, digests) = folder();
    let issue = issue("weekly@2026-01-14");
    digests.write(&issue).unwrap();
    digests.write(&issue).unwrap();
    digests.write_receipt(&receipt("weekly@2026-01-14")).unwrap();
    assert!(matches!(digests.write(&issue), Err(Error::Started(_))));
    assert!(matches!(digests.remove(&issue.key), Err(Error::Started(_))));
    digests.write(&self::issue("weekly@2026-01-15")).unwrap();
    digests.remove(&key("weekly@2026-01-15")).unwrap();
    assert_eq!(digests.keys("weekly").unwrap(), [issue.key]);
}

#[test]
fn the_next_key_passes_over_what_was_started_but_not_over_drafts() {
    let (_folder, digests) = folder();
    let date = "2026-01-14".parse().unwrap();
    digests.write_receipt(&receipt("weekly@2026-01-14")).unwrap();
    digests.write(&issue("weekly@2026-01-14-3")).unwrap();
    let next = digests.next_key("weekly", date, |key| key.number == 2).unwrap();
    assert_eq!(next.to_string(), "weekly@2026-01-14-3");
}
