//! The only place that touches files, so that every error names its path and every write is
//! atomic: readers see the old bytes or the new ones, never a part.

#![expect(clippy::disallowed_methods, reason = "this is the one door to the file system")]

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

/// A failed operation on a file or folder, with its path.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {}: {source}", path.display())]
pub struct Error {
    /// What was tried, as a verb: "read", "write".
    pub action: &'static str,
    /// The file or folder.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

impl Error {
    fn of(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self { action, path, source }
    }

    /// Whether the file or folder is not there.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.source.kind() == io::ErrorKind::NotFound
    }
}

/// The whole content of a file.
///
/// # Errors
/// When the file cannot be read.
pub fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(Error::of("read", path))
}

/// The whole content of a UTF-8 file.
///
/// # Errors
/// When the file cannot be read or is not UTF-8.
pub fn read_text(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(Error::of("read", path))
}

/// At most `limit` bytes from the head of a file, appended to `buffer`.
///
/// # Errors
/// When the file cannot be read.
pub fn read_head(path: &Path, limit: u64, buffer: &mut Vec<u8>) -> Result<(), Error> {
    let file = File::open(path).map_err(Error::of("read", path))?;
    file.take(limit).read_to_end(buffer).map_err(Error::of("read", path))?;
    Ok(())
}

/// The head of a file, read a piece at a time until it is `enough`: at first `piece` bytes, then up to
/// `limit`. What is read stands in `buffer`, which is used again for the next file, and is not cleared
/// for it: that would take longer than reading.
///
/// # Errors
/// When the file cannot be read.
pub fn read_until<'b>(
    path: &Path,
    (piece, limit): (usize, usize),
    buffer: &'b mut Vec<u8>,
    enough: impl Fn(&[u8]) -> bool,
) -> Result<&'b [u8], Error> {
    let mut file = File::open(path).map_err(Error::of("read", path))?;
    let mut read = 0;
    loop {
        let end = if read < piece { piece } else { limit };
        if buffer.len() < end {
            buffer.resize(end, 0);
        }
        let more = match file.read(&mut buffer[read..end]) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            more => more.map_err(Error::of("read", path))?,
        };
        read += more;
        // What is enough needs no call that says that the file ends here.
        if more == 0 || read == limit || enough(&buffer[..read]) {
            return Ok(&buffer[..read]);
        }
    }
}

/// When a file was last changed, by the system's clock.
///
/// # Errors
/// When that cannot be told.
pub fn modified(path: &Path) -> Result<SystemTime, Error> {
    fs::metadata(path).and_then(|file| file.modified()).map_err(Error::of("look at", path))
}

/// A file opened for reading from its start.
///
/// # Errors
/// When the file cannot be opened.
pub fn open(path: &Path) -> Result<File, Error> {
    File::open(path).map_err(Error::of("open", path))
}

/// Whether there is a file or folder.
///
/// # Errors
/// When that cannot be told.
pub fn exists(path: &Path) -> Result<bool, Error> {
    path.try_exists().map_err(Error::of("look for", path))
}

/// The names in a folder, sorted; none when the folder does not exist.
///
/// # Errors
/// When the folder cannot be read, or holds a name that is not UTF-8.
pub fn names_in(folder: &Path) -> Result<Vec<String>, Error> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(Error::of("read", folder))?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry.map_err(Error::of("read", folder))?.file_name();
        names.push(name.into_string().map_err(|name| Error {
            action: "read",
            path: folder.join(name),
            source: io::Error::new(io::ErrorKind::InvalidData, "the name is not UTF-8"),
        })?);
    }
    names.sort_unstable();
    Ok(names)
}

/// Makes a folder and those above it.
///
/// # Errors
/// When the folder cannot be made.
pub fn make_folder(path: &Path) -> Result<(), Error> {
    fs::create_dir_all(path).map_err(Error::of("make", path))
}

/// Writes a file in one step: a neighbour is written and synced, then renamed over it.
///
/// # Errors
/// When the file cannot be written; its old content is then still there.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let failed = || Error::of("write", path);
    let folder = folder_of(path);
    let mut file = tempfile::Builder::new()
        .prefix(".tidings-")
        .permissions(readable())
        .tempfile_in(folder)
        .map_err(failed())?;
    file.write_all(bytes).map_err(failed())?;
    file.as_file().sync_all().map_err(failed())?;
    file.persist(path).map_err(|error| error.error).map_err(failed())?;
    sync_folder(folder).map_err(failed())
}

/// Writes a file that must not exist yet.
///
/// # Errors
/// When the file exists (see [`io::ErrorKind::AlreadyExists`]) or cannot be written.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut file = File::create_new(path).map_err(Error::of("write", path))?;
    file.write_all(bytes).map_err(Error::of("write", path))
}

/// Makes an empty file that only its owner may read and write, and its folder; `false`, and nothing
/// changed, where there is one already.
///
/// # Errors
/// When the file cannot be made.
pub fn make_private(path: &Path) -> Result<bool, Error> {
    make_folder(folder_of(path))?;
    match File::options().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        other => other.map(|_| true).map_err(Error::of("make", path)),
    }
}

/// Writes a file that must not exist yet, and that only its owner may read and write.
///
/// # Errors
/// When the file exists (see [`io::ErrorKind::AlreadyExists`]) or cannot be written.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let failed = || Error::of("write", path);
    let mut file = File::options().write(true).create_new(true).mode(0o600).open(path).map_err(failed())?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed())
}

/// Whether everybody on this machine may read a file.
///
/// # Errors
/// When that cannot be told.
pub fn is_open_to_all(path: &Path) -> Result<bool, Error> {
    let mode = fs::metadata(path).map_err(Error::of("read", path))?.permissions().mode();
    Ok(mode & 0o004 != 0)
}

/// Whether a path leads to a program that may be run.
#[must_use]
pub fn is_program(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

/// The number of the user whose file or folder this is; 0 is root.
///
/// # Errors
/// When that cannot be told.
pub fn owner(path: &Path) -> Result<u32, Error> {
    fs::metadata(path).map(|file| file.uid()).map_err(Error::of("look at", path))
}

/// A new folder within another, which goes when it is dropped.
///
/// # Errors
/// When it cannot be made.
pub fn temporary_folder(parent: &Path) -> Result<tempfile::TempDir, Error> {
    tempfile::Builder::new().prefix("tidings-").tempdir_in(parent).map_err(Error::of("write to", parent))
}

/// Removes a file.
///
/// # Errors
/// When the file cannot be removed.
pub fn remove(path: &Path) -> Result<(), Error> {
    fs::remove_file(path).map_err(Error::of("remove", path))
}

/// Whether a name can be a file's or a folder's on every system, and an argument's: letters, digits, `-`
/// and `_`, at most 64, and no `-` in front, where it would look like an option.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let in_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    !name.is_empty() && name.len() <= 64 && !name.starts_with('-') && name.chars().all(in_name)
}

/// Whether two paths lead to one file or folder. One that is not there leads nowhere.
#[must_use]
pub fn is_same(one: &Path, other: &Path) -> bool {
    match (fs::canonicalize(one), fs::canonicalize(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

/// The path of a file relative to a folder it is in, with `/`; `None` where it is not there, or elsewhere.
#[must_use]
pub fn below(file: &Path, folder: &Path) -> Option<String> {
    let (file, folder) = (fs::canonicalize(file).ok()?, fs::canonicalize(folder).ok()?);
    let parts = file.strip_prefix(folder).ok()?.components();
    parts.map(|part| part.as_os_str().to_str()).collect::<Option<Vec<_>>>().map(|parts| parts.join("/"))
}

/// Where a path leads, all links followed; where it leads nowhere, where a file of this name would be.
#[must_use]
pub fn real(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| match (path.parent(), path.file_name()) {
        (Some(folder), Some(name)) if folder.as_os_str().is_empty() => real(Path::new(".")).join(name),
        (Some(folder), Some(name)) => real(folder).join(name),
        _ => path.to_owned(),
    })
}

/// Removes what [`replace_folder`] left in a folder when its process was killed. Only for who holds the
/// lock over that folder.
///
/// # Errors
/// When the folder cannot be read, or the remains cannot be removed.
pub fn sweep(folder: &Path) -> Result<(), Error> {
    for name in names_in(folder)?.iter().filter(|name| name.starts_with(STAGING)) {
        remove_folder(&folder.join(name))?;
    }
    Ok(())
}

/// How the names of folders begin that are not in their place yet.
const STAGING: &str = ".tidings-";

/// Puts a folder with these files in place, whole, instead of the one that stands there. Between the two
/// there is a moment without either.
///
/// # Errors
/// When a file cannot be written; the old folder is then still there.
pub fn replace_folder(path: &Path, files: &[(&str, &[u8])]) -> Result<(), Error> {
    let failed = || Error::of("write", path);
    let parent = folder_of(path);
    make_folder(parent)?;
    let new = tempfile::Builder::new()
        .prefix(STAGING)
        .permissions(open_to_readers())
        .tempdir_in(parent)
        .map_err(failed())?;
    for (name, bytes) in files {
        let mut file = File::create_new(new.path().join(name)).map_err(failed())?;
        file.write_all(bytes).map_err(failed())?;
        file.sync_all().map_err(failed())?;
    }
    // A folder cannot be renamed over one that holds files, so the old one steps aside first.
    let aside = tempfile::Builder::new().prefix(STAGING).tempdir_in(parent).map_err(failed())?;
    let old = aside.path().join("old");
    match fs::rename(path, &old) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed()(error)),
        _ => {}
    }
    if let Err(error) = fs::rename(new.path(), path) {
        let _ = fs::rename(&old, path);
        return Err(failed()(error));
    }
    let _ = new.keep();
    sync_folder(parent).map_err(failed())
}

/// Removes a folder and what is in it; one that is not there is no error.
///
/// # Errors
/// When the folder cannot be removed.
pub fn remove_folder(path: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other.map_err(Error::of("remove", path)),
    }
}

/// Renames a file within one file system.
///
/// # Errors
/// When the file cannot be renamed.
pub fn rename(from: &Path, to: &Path) -> Result<(), Error> {
    fs::rename(from, to).map_err(Error::of("rename", from))
}

/// Writes a file whole and synced at `staging`, then moves it to `path`, as Maildir asks: who looks
/// into the folder of `path` never sees a part.
///
/// # Errors
/// When the file cannot be written or moved.
pub fn deliver(staging: &Path, path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let failed = || Error::of("write", path);
    let mut file = File::create(staging).map_err(Error::of("write", staging))?;
    file.write_all(bytes).map_err(failed())?;
    file.sync_all().map_err(failed())?;
    fs::rename(staging, path).map_err(failed())?;
    sync_folder(folder_of(path)).map_err(failed())
}

/// An exclusive lock, held until dropped. It belongs to the process: a killed one leaves none.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock at `path` and writes `owner` into it, or returns what its holder wrote.
    ///
    /// # Errors
    /// When the lock's file cannot be made or written.
    pub fn try_take(path: &Path, owner: &str) -> Result<Result<Self, String>, Error> {
        let failed = || Error::of("lock", path);
        make_folder(folder_of(path))?;
        let mut file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(failed())?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Ok(Err(read_holder(&mut file).map_err(failed())?));
            }
            Err(TryLockError::Error(error)) => return Err(failed()(error)),
        }
        file.set_len(0).map_err(failed())?;
        file.rewind().map_err(failed())?;
        file.write_all(owner.as_bytes()).map_err(failed())?;
        Ok(Ok(Self { _file: file }))
    }
}

/// What the holder of a lock wrote. It writes after it has the lock, so that may be a moment away.
fn read_holder(file: &mut File) -> io::Result<String> {
    let mut holder = String::new();
    for _ in 0..50 {
        file.rewind()?;
        file.read_to_string(&mut holder)?;
        if !holder.is_empty() {
            break;
        }
        thread::sleep(Duration::from_millis(5));
    }
    Ok(holder.trim().to_owned())
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Temporary files and folders are private unless told otherwise; the umask takes away from this.
fn open_to_readers() -> fs::Permissions {
    fs::Permissions::from_mode(0o777)
}

fn readable() -> fs::Permissions {
    fs::Permissions::from_mode(0o666)
}

#[cfg(test)]
mod tests;
