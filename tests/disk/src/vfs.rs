//! The disk as a file system of SQLite: its C interface, and the same operations for a test's own code.
//!
//! All unsafe code of the crate is here. Every function that SQLite calls gets either the `sqlite3_vfs` that [`Disk::new`]
//! registered, whose `pAppData` points to the [`Inner`] that owns it, or a `sqlite3_file` that [`open`] filled in, behind which a
//! [`Handle`] lies. Both live as long as SQLite may use them: `Inner` unregisters itself when it is dropped, and every handle holds
//! its `Inner`.
#![allow(unsafe_code, reason = "SQLite calls a file system through pointers to C functions")]

use std::any::Any;
use std::collections::BTreeMap;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::io;
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::ffi;

use crate::recording::{Op, Recording, parent};
use crate::state::{Entry, FOLDER, Failure, Fault, File, Files, Place, State, error, put};

/// A disk in memory.
#[derive(Debug, Clone)]
pub struct Disk(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    name: CString,
    state: Mutex<State>,
    start: Mutex<Files>,
    vfs: Mutex<Option<NonNull<ffi::sqlite3_vfs>>>,
}

// SAFETY: the pointer is to memory that only this value owns and that is not changed after it was registered.
unsafe impl Send for Inner {}
// SAFETY: as above; everything else is behind a mutex.
unsafe impl Sync for Inner {}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(vfs) = self.vfs.get_mut().unwrap_or_else(PoisonError::into_inner).take() {
            // SAFETY: it was registered by `Disk::new` and made by `Box::into_raw` there; no connection uses it, for each would
            // hold this value.
            unsafe {
                ffi::sqlite3_vfs_unregister(vfs.as_ptr());
                drop(Box::from_raw(vfs.as_ptr()));
            }
        }
    }
}

/// Numbers for names, so that each disk has one of its own.
static DISKS: AtomicU64 = AtomicU64::new(0);

impl Disk {
    /// A disk with these files on it.
    #[must_use]
    pub fn new(files: &Files) -> Self {
        let name = format!("simulated-{}", DISKS.fetch_add(1, Ordering::Relaxed));
        let inner = Arc::new(Inner {
            name: CString::new(name).expect("no zero in it"),
            state: Mutex::default(),
            start: Mutex::default(),
            vfs: Mutex::default(),
        });
        let vfs = ffi::sqlite3_vfs {
            iVersion: 2,
            szOsFile: size_of::<SimulatedFile>() as c_int,
            mxPathname: 512,
            pNext: ptr::null_mut(),
            zName: inner.name.as_ptr(),
            pAppData: Arc::as_ptr(&inner).cast_mut().cast(),
            xOpen: Some(open),
            xDelete: Some(delete),
            xAccess: Some(access),
            xFullPathname: Some(full_pathname),
            xDlOpen: None,
            xDlError: None,
            xDlSym: None,
            xDlClose: None,
            xRandomness: Some(randomness),
            xSleep: Some(sleep),
            xCurrentTime: Some(current_time),
            xGetLastError: Some(last_error),
            xCurrentTimeInt64: Some(current_time_int64),
            xSetSystemCall: None,
            xGetSystemCall: None,
            xNextSystemCall: None,
        };
        let vfs = Box::into_raw(Box::new(vfs));
        // SAFETY: the structure and the name that it points to live until `Inner` is dropped, which unregisters it.
        let code = unsafe { ffi::sqlite3_vfs_register(vfs, 0) };
        assert_eq!(code, ffi::SQLITE_OK, "SQLite takes the file system");
        *inner.vfs.lock().unwrap_or_else(PoisonError::into_inner) = NonNull::new(vfs);
        let disk = Self(inner);
        disk.become_(files);
        disk
    }

    /// Switches the machine off and on with these files. No connection may be open.
    pub fn become_(&self, files: &Files) {
        let mut state = self.state();
        let next = files.names.values().max().copied().unwrap_or(FOLDER) + 1;
        let time = state.time + 1;
        *state = State {
            names: files.names.clone(),
            files: files.contents.iter().map(|(inode, bytes)| (*inode, File { bytes: bytes.clone(), written: time })).collect(),
            next,
            time,
            random: state.random,
            ..State::default()
        };
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The name under which SQLite knows it.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.name.to_str().expect("plain letters")
    }

    /// What is on it, synced or not.
    #[must_use]
    pub fn files(&self) -> Files {
        let state = self.state();
        let named = |inode: &u64| *inode != FOLDER && state.names.values().any(|at| at == inode);
        let contents = state.files.iter().filter(|(inode, _)| named(inode)).map(|(inode, file)| (*inode, file.bytes.clone()));
        Files { names: state.names.clone(), contents: contents.collect() }
    }

    /// Begins to record. What is there now counts as synced.
    pub fn record(&self) {
        *self.0.start.lock().unwrap_or_else(PoisonError::into_inner) = self.files();
        self.state().log = Some(Vec::new());
    }

    /// Everything that was done since [`Disk::record`].
    #[must_use]
    pub fn recording(&self) -> Recording {
        let start = self.0.start.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Recording { start, ops: self.state().log.clone().unwrap_or_default() }
    }

    /// How many operations were recorded.
    #[must_use]
    pub fn recorded(&self) -> usize {
        self.state().log.as_ref().map_or(0, Vec::len)
    }

    /// Notes in the recording how far the test is.
    pub fn mark(&self, mark: u64) {
        self.state().note(Op::Mark(mark));
    }

    /// Plans what goes wrong from now on; nothing else does.
    pub fn plan(&self, faults: &[Fault]) {
        self.state().faults = faults.to_vec();
    }

    /// How many bytes all files together may have.
    pub fn limit(&self, room: Option<u64>) {
        self.state().room = room;
    }

    /// Whether a folder is there.
    #[must_use]
    pub fn is_folder(&self, path: &str) -> bool {
        path == "/" || self.state().names.get(path) == Some(&FOLDER)
    }

    /// Makes a folder.
    ///
    /// # Errors
    /// When it is planned to fail.
    pub fn make_folder(&self, path: &str) -> io::Result<()> {
        self.state().make_folder(path)
    }

    /// What has that name. Folders have the number [`FOLDER`].
    #[must_use]
    pub fn entry(&self, path: &str) -> Option<Entry> {
        let state = self.state();
        let inode = *state.names.get(path)?;
        let file = state.files.get(&inode);
        Some(Entry { inode, len: file.map_or(0, |file| file.bytes.len() as u64), written: file.map_or(0, |file| file.written) })
    }

    /// Makes an empty file.
    ///
    /// # Errors
    /// When there is one, or it is planned to fail.
    pub fn create(&self, path: &str) -> io::Result<()> {
        let mut state = self.state();
        if state.names.contains_key(path) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        state.create(path).map(|_| ())
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// When there is none, or it is planned to fail.
    pub fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let mut state = self.state();
        if let Some(failure) = state.trouble(Place::Read) {
            return Err(error(failure));
        }
        let inode = *state.names.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(state.files.get(&inode).map(|file| file.bytes.clone()).unwrap_or_default())
    }

    /// Gives a file new bytes.
    ///
    /// # Errors
    /// When there is none, or it is planned to fail.
    pub fn write(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.state();
        let inode = *state.names.get(path).ok_or(io::ErrorKind::NotFound)?;
        state.truncate(inode, 0).map_err(error)?;
        state.write(inode, 0, bytes).map_err(error)
    }

    /// Removes a file.
    ///
    /// # Errors
    /// When there is none, or it is planned to fail.
    pub fn remove(&self, path: &str) -> io::Result<()> {
        self.state().remove(path)
    }

    /// Gives a file another name.
    ///
    /// # Errors
    /// When there is none, or it is planned to fail.
    pub fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.state().rename(from, to)
    }

    /// Syncs the names in a folder.
    ///
    /// # Errors
    /// When it is planned to fail.
    pub fn sync_folder(&self, path: &str) -> io::Result<()> {
        self.state().sync_folder(path).map_err(error)
    }

    /// Changes bytes that are there, as a disk that goes bad does. Not recorded.
    pub fn spoil(&self, path: &str, at: u64, bytes: &[u8]) {
        let mut state = self.state();
        if let Some(inode) = state.names.get(path).copied()
            && let Some(file) = state.files.get_mut(&inode)
        {
            put(&mut file.bytes, at, bytes);
        }
    }

    /// A value that can be held as a lock.
    #[must_use]
    pub fn lock(&self) -> Box<dyn Any + Send> {
        Box::new(())
    }
}

/// Locks and shared memory of one database.
#[derive(Debug, Default)]
pub(crate) struct Locks {
    /// The level that each handle holds.
    levels: BTreeMap<u64, c_int>,
    /// Handles that use the shared memory, each with the slots that it holds.
    users: BTreeMap<u64, (u8, u8)>,
    /// Regions of shared memory.
    regions: Vec<Region>,
}

/// A region that SQLite reads and writes through a pointer.
#[derive(Debug)]
struct Region(NonNull<u64>, usize);

// SAFETY: the memory is owned by this value alone; who may use it when is settled by SQLite's own locks.
unsafe impl Send for Region {}

impl Region {
    fn new(bytes: usize) -> Self {
        let words = bytes.div_ceil(8);
        let memory: Box<[u64]> = vec![0; words].into_boxed_slice();
        Self(NonNull::new(Box::into_raw(memory).cast()).expect("a box is not null"), words)
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        // SAFETY: made by `Box::into_raw` of a slice of that length.
        drop(unsafe { Box::from_raw(ptr::slice_from_raw_parts_mut(self.0.as_ptr(), self.1)) });
    }
}

#[repr(C)]
struct SimulatedFile {
    base: ffi::sqlite3_file,
    handle: *mut Handle,
}

/// An open file.
struct Handle {
    disk: Disk,
    id: u64,
    inode: u64,
    path: Option<String>,
    /// A journal or log that may have been made by this handle: its first sync is one of its name as well.
    new: bool,
    delete_on_close: bool,
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

/// The disk of a file system that SQLite hands in.
///
/// # Safety
/// `vfs` is one that [`Disk::new`] registered.
unsafe fn disk(vfs: *mut ffi::sqlite3_vfs) -> Disk {
    // SAFETY: `pAppData` is the `Inner` of an `Arc` that is alive, since the file system is still registered.
    unsafe {
        let inner = (*vfs).pAppData.cast::<Inner>().cast_const();
        Arc::increment_strong_count(inner);
        Disk(Arc::from_raw(inner))
    }
}

/// The handle of a file that SQLite hands in.
///
/// # Safety
/// `file` was filled in by [`open`] and not closed.
unsafe fn handle<'a>(file: *mut ffi::sqlite3_file) -> &'a mut Handle {
    // SAFETY: SQLite uses a file from one thread at a time, and `close` alone frees the handle.
    unsafe { &mut *(*file.cast::<SimulatedFile>()).handle }
}

/// A path that SQLite hands in.
///
/// # Safety
/// `name` is null or ends with a zero.
unsafe fn text(name: *const c_char) -> Option<String> {
    // SAFETY: as above.
    (!name.is_null()).then(|| unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned())
}

unsafe extern "C" fn open(
    vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    let target = file.cast::<SimulatedFile>();
    // SAFETY: SQLite hands in `szOsFile` bytes; without methods it does not close a file that could not be opened.
    unsafe { (*target).base.pMethods = ptr::null() };
    // SAFETY: see `disk` and `text`.
    let (disk, path) = unsafe { (disk(vfs), text(name)) };
    let mut state = disk.state();
    let found = path.as_ref().and_then(|path| state.names.get(path).copied());
    // By what was asked for, whether or not the file was there: as SQLite's own does.
    let new = flags & ffi::SQLITE_OPEN_CREATE != 0
        && flags & (ffi::SQLITE_OPEN_MAIN_JOURNAL | ffi::SQLITE_OPEN_SUPER_JOURNAL | ffi::SQLITE_OPEN_WAL) != 0;
    let inode = match (found, &path) {
        (Some(FOLDER), _) => return ffi::SQLITE_CANTOPEN,
        (Some(inode), _) => inode,
        (None, Some(path)) if flags & ffi::SQLITE_OPEN_CREATE != 0 => match state.create(path) {
            Ok(inode) => inode,
            Err(error) if error.kind() == io::ErrorKind::StorageFull => return ffi::SQLITE_FULL,
            Err(_) => return ffi::SQLITE_CANTOPEN,
        },
        (None, Some(_)) => return ffi::SQLITE_CANTOPEN,
        (None, None) => {
            // A file without a name, for SQLite's own use.
            let inode = state.next;
            state.next += 1;
            state.files.insert(inode, File::default());
            inode
        }
    };
    let id = state.next;
    state.next += 1;
    drop(state);
    let delete_on_close = flags & ffi::SQLITE_OPEN_DELETEONCLOSE != 0;
    let handle = Box::new(Handle { disk, id, inode, path, new, delete_on_close });
    // SAFETY: as above; `out_flags` may be null.
    unsafe {
        (*target).handle = Box::into_raw(handle);
        (*target).base.pMethods = &METHODS;
        if !out_flags.is_null() {
            *out_flags = flags;
        }
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn delete(vfs: *mut ffi::sqlite3_vfs, name: *const c_char, sync: c_int) -> c_int {
    // SAFETY: see `disk` and `text`.
    let (disk, path) = unsafe { (disk(vfs), text(name).unwrap_or_default()) };
    let mut state = disk.state();
    match state.remove(&path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return ffi::SQLITE_IOERR_DELETE_NOENT,
        Err(_) => return ffi::SQLITE_IOERR_DELETE,
    }
    if sync != 0 && state.sync_folder(parent(&path)).is_err() {
        return ffi::SQLITE_IOERR_DIR_FSYNC;
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn access(vfs: *mut ffi::sqlite3_vfs, name: *const c_char, flags: c_int, out: *mut c_int) -> c_int {
    // SAFETY: see `disk` and `text`.
    let (disk, path) = unsafe { (disk(vfs), text(name).unwrap_or_default()) };
    let there = match (disk.entry(&path), flags) {
        // An empty file counts as none, as in SQLite's own.
        (Some(entry), ffi::SQLITE_ACCESS_EXISTS) => entry.inode == FOLDER || entry.len > 0,
        (entry, _) => entry.is_some(),
    };
    // SAFETY: SQLite hands in a place for the result.
    unsafe { *out = c_int::from(there) };
    ffi::SQLITE_OK
}

unsafe extern "C" fn full_pathname(_: *mut ffi::sqlite3_vfs, name: *const c_char, room: c_int, out: *mut c_char) -> c_int {
    // SAFETY: `name` ends with a zero and `out` has `room` bytes.
    unsafe {
        let bytes = CStr::from_ptr(name).to_bytes_with_nul();
        if bytes.len() > room as usize {
            return ffi::SQLITE_CANTOPEN;
        }
        ptr::copy_nonoverlapping(bytes.as_ptr(), out.cast(), bytes.len());
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn randomness(vfs: *mut ffi::sqlite3_vfs, count: c_int, out: *mut c_char) -> c_int {
    // SAFETY: see `disk`; `out` has `count` bytes.
    unsafe {
        let disk = disk(vfs);
        let mut state = disk.state();
        for at in 0..count as usize {
            *out.add(at).cast::<u8>() = state.random();
        }
    }
    count
}

unsafe extern "C" fn sleep(_: *mut ffi::sqlite3_vfs, microseconds: c_int) -> c_int {
    microseconds
}

unsafe extern "C" fn current_time(vfs: *mut ffi::sqlite3_vfs, out: *mut f64) -> c_int {
    let mut milliseconds = 0;
    // SAFETY: both places are valid.
    unsafe {
        current_time_int64(vfs, &mut milliseconds);
        *out = milliseconds as f64 / 86_400_000.0;
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn current_time_int64(vfs: *mut ffi::sqlite3_vfs, out: *mut ffi::sqlite3_int64) -> c_int {
    // SAFETY: see `disk`; SQLite hands in a place for the result.
    unsafe { *out = 212_000_000_000_000 + disk(vfs).state().time as i64 };
    ffi::SQLITE_OK
}

unsafe extern "C" fn last_error(_: *mut ffi::sqlite3_vfs, _: c_int, _: *mut c_char) -> c_int {
    0
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: SQLite closes a file once; the handle was made by `Box::into_raw` in `open`.
    let handle = unsafe { Box::from_raw((*file.cast::<SimulatedFile>()).handle) };
    let mut state = handle.disk.state();
    if let Some(locks) = state.locks.get_mut(&handle.inode) {
        locks.levels.remove(&handle.id);
    }
    if handle.delete_on_close
        && let Some(path) = &handle.path
    {
        let _ = state.remove(path);
    }
    if handle.path.is_none() {
        state.files.remove(&handle.inode);
    }
    drop(state);
    ffi::SQLITE_OK
}

unsafe extern "C" fn read(file: *mut ffi::sqlite3_file, out: *mut c_void, count: c_int, at: ffi::sqlite3_int64) -> c_int {
    // SAFETY: see `handle`.
    let handle = unsafe { handle(file) };
    let mut state = handle.disk.state();
    if state.trouble(Place::Read).is_some() {
        return ffi::SQLITE_IOERR_READ;
    }
    let empty = Vec::new();
    let bytes = state.files.get(&handle.inode).map_or(&empty, |file| &file.bytes);
    let (from, wanted) = (usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len()), count as usize);
    let found = &bytes[from..(from + wanted).min(bytes.len())];
    // SAFETY: SQLite hands in `count` bytes.
    unsafe {
        ptr::copy_nonoverlapping(found.as_ptr(), out.cast(), found.len());
        ptr::write_bytes(out.cast::<u8>().add(found.len()), 0, wanted - found.len());
    }
    if found.len() == wanted { ffi::SQLITE_OK } else { ffi::SQLITE_IOERR_SHORT_READ }
}

unsafe extern "C" fn write(file: *mut ffi::sqlite3_file, from: *const c_void, count: c_int, at: ffi::sqlite3_int64) -> c_int {
    // SAFETY: see `handle`; SQLite hands in `count` bytes.
    let (handle, bytes) = unsafe { (handle(file), std::slice::from_raw_parts(from.cast::<u8>(), count as usize)) };
    match handle.disk.state().write(handle.inode, at as u64, bytes) {
        Ok(()) => ffi::SQLITE_OK,
        Err(Failure::Full) => ffi::SQLITE_FULL,
        Err(Failure::Device) => ffi::SQLITE_IOERR_WRITE,
    }
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, len: ffi::sqlite3_int64) -> c_int {
    // SAFETY: see `handle`.
    let handle = unsafe { handle(file) };
    match handle.disk.state().truncate(handle.inode, len as u64) {
        Ok(()) => ffi::SQLITE_OK,
        Err(_) => ffi::SQLITE_IOERR_TRUNCATE,
    }
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, _: c_int) -> c_int {
    // SAFETY: see `handle`.
    let handle = unsafe { handle(file) };
    let mut state = handle.disk.state();
    if state.sync(handle.inode).is_err() {
        return ffi::SQLITE_IOERR_FSYNC;
    }
    if handle.new
        && let Some(path) = &handle.path
    {
        // SQLite's own does not look what comes of it either.
        let _ = state.sync_folder(parent(path));
        handle.new = false;
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn file_size(file: *mut ffi::sqlite3_file, out: *mut ffi::sqlite3_int64) -> c_int {
    // SAFETY: see `handle`; SQLite hands in a place for the result.
    unsafe {
        let handle = handle(file);
        *out = handle.disk.state().files.get(&handle.inode).map_or(0, |file| file.bytes.len() as i64);
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: see `handle`.
    let handle = unsafe { handle(file) };
    let mut state = handle.disk.state();
    let locks = state.locks.entry(handle.inode).or_default();
    let own = locks.levels.get(&handle.id).copied().unwrap_or(ffi::SQLITE_LOCK_NONE);
    let others = locks.levels.iter().filter(|(id, _)| **id != handle.id).map(|(_, level)| *level).max().unwrap_or(0);
    if own >= level {
        return ffi::SQLITE_OK;
    }
    let (reached, code) = match level {
        ffi::SQLITE_LOCK_SHARED if others >= ffi::SQLITE_LOCK_PENDING => (own, ffi::SQLITE_BUSY),
        ffi::SQLITE_LOCK_RESERVED if others >= ffi::SQLITE_LOCK_RESERVED => (own, ffi::SQLITE_BUSY),
        ffi::SQLITE_LOCK_EXCLUSIVE if others >= ffi::SQLITE_LOCK_RESERVED => (own, ffi::SQLITE_BUSY),
        ffi::SQLITE_LOCK_EXCLUSIVE if others >= ffi::SQLITE_LOCK_SHARED => (ffi::SQLITE_LOCK_PENDING, ffi::SQLITE_BUSY),
        level => (level, ffi::SQLITE_OK),
    };
    locks.levels.insert(handle.id, reached);
    code
}

unsafe extern "C" fn unlock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: see `handle`.
    let handle = unsafe { handle(file) };
    let mut state = handle.disk.state();
    let locks = state.locks.entry(handle.inode).or_default();
    let own = locks.levels.get(&handle.id).copied().unwrap_or(ffi::SQLITE_LOCK_NONE);
    locks.levels.insert(handle.id, own.min(level));
    ffi::SQLITE_OK
}

unsafe extern "C" fn check_reserved_lock(file: *mut ffi::sqlite3_file, out: *mut c_int) -> c_int {
    // SAFETY: see `handle`; SQLite hands in a place for the result.
    unsafe {
        let handle = handle(file);
        let mut state = handle.disk.state();
        let locks = state.locks.entry(handle.inode).or_default();
        *out = c_int::from(locks.levels.values().any(|level| *level >= ffi::SQLITE_LOCK_RESERVED));
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn file_control(_: *mut ffi::sqlite3_file, _: c_int, _: *mut c_void) -> c_int {
    ffi::SQLITE_NOTFOUND
}

unsafe extern "C" fn sector_size(_: *mut ffi::sqlite3_file) -> c_int {
    4096
}

unsafe extern "C" fn device_characteristics(_: *mut ffi::sqlite3_file) -> c_int {
    ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE
}

unsafe extern "C" fn shm_map(
    file: *mut ffi::sqlite3_file,
    region: c_int,
    size: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    // SAFETY: see `handle`.
    let handle = unsafe { handle(file) };
    let Some(path) = handle.path.as_ref().map(|path| format!("{path}-shm")) else { return ffi::SQLITE_IOERR_SHMOPEN };
    let mut state = handle.disk.state();
    if !state.names.contains_key(&path) && state.create(&path).is_err() {
        return ffi::SQLITE_CANTOPEN;
    }
    let locks = state.locks.entry(handle.inode).or_default();
    if locks.users.is_empty() {
        // The first one finds nothing: what others left is not trusted.
        locks.regions.clear();
    }
    locks.users.entry(handle.id).or_default();
    while extend != 0 && locks.regions.len() <= region as usize {
        locks.regions.push(Region::new(size as usize));
    }
    let found = locks.regions.get(region as usize).map_or(ptr::null_mut(), |region| region.0.as_ptr().cast());
    // SAFETY: SQLite hands in a place for the result.
    unsafe { *out = found };
    ffi::SQLITE_OK
}

unsafe extern "C" fn shm_lock(file: *mut ffi::sqlite3_file, offset: c_int, count: c_int, flags: c_int) -> c_int {
    // SAFETY: see `handle`.
    let handle = unsafe { handle(file) };
    let mask = (((1_u16 << count) - 1) << offset) as u8;
    let mut state = handle.disk.state();
    let locks = state.locks.entry(handle.inode).or_default();
    let others = locks.users.iter().filter(|(id, _)| **id != handle.id);
    let (shared, exclusive) = others.fold((0, 0), |all, (_, held)| (all.0 | held.0, all.1 | held.1));
    let Some(own) = locks.users.get_mut(&handle.id) else { return ffi::SQLITE_IOERR_SHMLOCK };
    if flags & ffi::SQLITE_SHM_UNLOCK != 0 {
        own.0 &= !mask;
        own.1 &= !mask;
    } else if flags & ffi::SQLITE_SHM_SHARED != 0 {
        if exclusive & mask != 0 {
            return ffi::SQLITE_BUSY;
        }
        own.0 |= mask;
    } else {
        if (exclusive | shared) & mask != 0 {
            return ffi::SQLITE_BUSY;
        }
        own.1 |= mask;
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn shm_barrier(_: *mut ffi::sqlite3_file) {
    std::sync::atomic::fence(Ordering::SeqCst);
}

unsafe extern "C" fn shm_unmap(file: *mut ffi::sqlite3_file, delete: c_int) -> c_int {
    // SAFETY: see `handle`.
    let handle = unsafe { handle(file) };
    let mut state = handle.disk.state();
    let locks = state.locks.entry(handle.inode).or_default();
    locks.users.remove(&handle.id);
    if locks.users.is_empty() {
        locks.regions.clear();
        if delete != 0
            && let Some(path) = &handle.path
        {
            // It is no longer needed, whether or not it can be removed.
            let _ = state.remove(&format!("{path}-shm"));
        }
    }
    ffi::SQLITE_OK
}
