use super::*;

#[test]
fn a_write_replaces_the_file_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    write(&path, b"old").unwrap();
    write(&path, b"new").unwrap();
    assert_eq!(read(&path).unwrap(), b"new");
    assert_eq!(names_in(folder.path()).unwrap(), ["a.txt"]);
}

#[test]
fn a_folder_is_replaced_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("issue");
    replace_folder(&path, &[("a", b"1"), ("b", b"2")]).unwrap();
    replace_folder(&path, &[("a", b"3")]).unwrap();
    assert_eq!(names_in(&path).unwrap(), ["a"]);
    assert_eq!(read(&path.join("a")).unwrap(), b"3");
    assert_eq!(names_in(folder.path()).unwrap(), ["issue"]);
}

#[test]
fn a_private_file_is_made_once_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/a");
    assert!(make_private(&path).unwrap());
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    write(&path, b"kept").unwrap();
    assert!(!make_private(&path).unwrap());
    assert_eq!(read(&path).unwrap(), b"kept");
}

#[test]
fn a_file_is_read_until_that_is_enough() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    write(&path, b"0123456789").unwrap();
    let mut buffer = Vec::new();
    for (sizes, last, expected) in [
        ((4, 8), b'2', "0123"),
        ((4, 8), b'5', "01234567"),
        ((4, 8), b'9', "01234567"),
        ((4, 80), b'x', "0123456789"),
        ((40, 80), b'x', "0123456789"),
    ] {
        let read = read_until(&path, sizes, &mut buffer, |read| read.contains(&last)).unwrap();
        assert_eq!(str::from_utf8(read), Ok(expected), "{sizes:?} until {last}");
    }
    write(&path, b"").unwrap();
    assert_eq!(read_until(&path, (4, 8), &mut buffer, |_| false).unwrap(), b"", "nothing of another file");
}

#[test]
fn errors_name_the_path() {
    let error = read(Path::new("no/such.txt")).unwrap_err();
    assert!(error.to_string().starts_with("cannot read no/such.txt: "), "{error}");
    assert!(error.is_not_found());
}

#[test]
fn a_lock_tells_who_holds_it_and_ends_with_its_holder() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("locks/weekly");
    let held = Lock::try_take(&path, "process 1").unwrap().unwrap();
    assert_eq!(Lock::try_take(&path, "process 2").unwrap().unwrap_err(), "process 1");
    drop(held);
    assert!(Lock::try_take(&path, "process 2").unwrap().is_ok());
}

#[test]
fn a_path_that_leads_nowhere_is_real_where_it_would_lead() {
    let folder = tempfile::tempdir().unwrap();
    let there = fs::canonicalize(folder.path()).unwrap();
    std::os::unix::fs::symlink(&there, there.join("link")).unwrap();
    assert_eq!(real(&there.join("link/gone/too.md")), there.join("gone/too.md"));
    assert_eq!(real(Path::new("gone")), fs::canonicalize(".").unwrap().join("gone"));
}
