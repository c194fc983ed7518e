//! A disk in memory that loses, tears and reorders what is not synced, runs full, and fails to rename and to sync.

use std::cell::RefCell;
use std::io;
use std::path::Path;
use std::rc::Rc;

use super::Disk;
use super::model::Random;

/// Bytes that come to a disk together.
const SECTOR: usize = 32;

/// Short, so that files grow often.
pub(crate) const STEP: u64 = 256;

#[derive(Clone, Debug)]
enum Op {
    Write { at: usize, bytes: Vec<u8> },
    Resize(usize),
}

/// A file: what outlives a loss of power, what a process sees, and what makes the one of the other.
#[derive(Clone, Debug, Default)]
struct Inode {
    durable: Vec<u8>,
    seen: Vec<u8>,
    unsynced: Vec<Op>,
    has_failed: bool,
}

fn write(to: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    if to.len() < at + bytes.len() {
        to.resize(at + bytes.len(), 0);
    }
    to[at..at + bytes.len()].copy_from_slice(bytes);
}

impl Inode {
    fn op(&mut self, op: Op) {
        match &op {
            Op::Write { at, bytes } => write(&mut self.seen, *at, bytes),
            Op::Resize(len) => self.seen.resize(*len, 0),
        }
        self.unsynced.push(op);
    }

    fn sync(&mut self) {
        for op in self.unsynced.drain(..) {
            match op {
                Op::Write { at, bytes } => write(&mut self.durable, at, &bytes),
                Op::Resize(len) => self.durable.resize(len, 0),
            }
        }
    }

    /// Some of what is not synced comes to the disk, sector by sector; the rest never does.
    fn lose(&mut self, random: &mut Random) {
        // From nothing to nearly all.
        let (odds, of) = (random.below(5), 4);
        for op in self.unsynced.drain(..) {
            match op {
                Op::Resize(len) if random.below(of) < odds => self.durable.resize(len, 0),
                Op::Resize(_) => {}
                Op::Write { at, bytes } => {
                    let mut from = 0;
                    while from < bytes.len() {
                        let to = ((at + from) / SECTOR + 1) * SECTOR - at;
                        let sector = &bytes[from..to.min(bytes.len())];
                        if random.below(of) < odds {
                            write(&mut self.durable, at + from, sector);
                        } else if random.one_in(6) {
                            // The file is longer, and what is there is nothing.
                            let end = at + from + sector.len();
                            if self.durable.len() < end {
                                self.durable.resize(end, 0);
                            }
                        }
                        from += sector.len();
                    }
                }
            }
        }
    }
}

#[derive(Debug)]
pub(crate) struct World {
    pub(crate) random: Random,
    inodes: Vec<Inode>,
    /// The file, as processes see it.
    name: Option<usize>,
    /// What the name may be after a loss of power: what is durable, and what it was made since.
    names: Vec<Option<usize>>,
    beside: Option<usize>,
    is_locked: bool,
    /// Operations until the power goes, or the process is killed.
    pub(crate) ops_left: Option<usize>,
    /// One in so many operations fails; 0 for none.
    pub(crate) fails: usize,
    /// The most bytes of a file.
    pub(crate) room: usize,
    pub(crate) syncs: u64,
}

impl World {
    pub(crate) fn new(seed: u64) -> Rc<RefCell<Self>> {
        Rc::new(RefCell::new(Self {
            random: Random(seed),
            inodes: Vec::new(),
            name: None,
            names: vec![None],
            beside: None,
            is_locked: false,
            ops_left: None,
            fails: 0,
            room: usize::MAX,
            syncs: 0,
        }))
    }

    /// What processes see of the file.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.name.map(|name| self.inodes[name].seen.clone()).unwrap_or_default()
    }

    pub(crate) fn set_bytes(&mut self, bytes: &[u8]) {
        let inode = Inode { durable: bytes.to_vec(), seen: bytes.to_vec(), ..Inode::default() };
        self.inodes = vec![inode];
        (self.name, self.names, self.beside) = (Some(0), vec![Some(0)], None);
    }

    /// Nobody has it any more; what was on its way comes to the disk or does not.
    pub(crate) fn lose_power(&mut self) {
        (self.ops_left, self.is_locked, self.beside) = (None, false, None);
        self.name = self.names[self.random.below(self.names.len())];
        self.names = vec![self.name];
        if let Some(name) = self.name {
            let mut inode = std::mem::take(&mut self.inodes[name]);
            inode.lose(&mut self.random);
            (inode.seen, inode.has_failed) = (inode.durable.clone(), false);
            self.inodes = vec![inode];
            (self.name, self.names) = (Some(0), vec![Some(0)]);
        }
    }

    /// The system goes on.
    pub(crate) fn kill(&mut self) {
        (self.ops_left, self.is_locked) = (None, false);
        for inode in &mut self.inodes {
            // A later process cannot know that a sync failed.
            if inode.has_failed {
                (inode.durable, inode.has_failed) = (inode.seen.clone(), false);
                inode.unsynced.clear();
            }
        }
    }

    /// Whether the next operation is done; `Err` with whether a part of it is.
    fn step(&mut self) -> Result<(), (bool, io::Error)> {
        match &mut self.ops_left {
            Some(0) => return Err((false, io::Error::other("gone"))),
            Some(left) => {
                *left -= 1;
                if *left == 0 {
                    return Err((true, io::Error::other("going")));
                }
            }
            None => {}
        }
        if self.fails > 0 && self.random.one_in(self.fails) {
            return Err((true, io::Error::other("a fault")));
        }
        Ok(())
    }

    fn write(&mut self, inode: usize, at: usize, bytes: &[u8]) -> io::Result<()> {
        let room = self.room.saturating_sub(at);
        let part = match self.step() {
            Ok(()) if bytes.len() <= room => None,
            Ok(()) => Some((room, io::ErrorKind::StorageFull.into())),
            Err((false, error)) => return Err(error),
            Err((true, error)) => Some((self.random.below(bytes.len() + 1).min(room), error)),
        };
        let len = part.as_ref().map_or(bytes.len(), |(len, _)| *len);
        self.inodes[inode].op(Op::Write { at, bytes: bytes[..len].to_vec() });
        part.map_or(Ok(()), |(_, error)| Err(error))
    }

    fn sync(&mut self, inode: usize) -> io::Result<()> {
        self.syncs += 1;
        match self.step() {
            Ok(()) => self.inodes[inode].sync(),
            Err((is_part, error)) => {
                if is_part {
                    let Self { inodes, random, .. } = self;
                    inodes[inode].lose(random);
                    inodes[inode].has_failed = true;
                }
                return Err(error);
            }
        }
        Ok(())
    }
}

#[derive(Clone, Debug)]
pub(crate) struct SimulatedDisk(pub(crate) Rc<RefCell<World>>);

impl Disk for SimulatedDisk {
    fn path(&self) -> &Path {
        Path::new("simulated")
    }

    fn step(&self) -> u64 {
        STEP
    }

    fn lock(&mut self) -> io::Result<bool> {
        Ok(!std::mem::replace(&mut self.0.borrow_mut().is_locked, true))
    }

    fn load(&mut self) -> io::Result<Option<Vec<u8>>> {
        let world = self.0.borrow();
        Ok(world.name.map(|name| world.inodes[name].seen.clone()))
    }

    fn write(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        let mut world = self.0.borrow_mut();
        let name = world.name.ok_or(io::ErrorKind::NotFound)?;
        assert!(at as usize <= world.inodes[name].seen.len(), "a file has no holes");
        world.write(name, at as usize, bytes)
    }

    fn resize(&mut self, len: u64) -> io::Result<()> {
        let mut world = self.0.borrow_mut();
        let name = world.name.ok_or(io::ErrorKind::NotFound)?;
        world.step().map_err(|(_, error)| error)?;
        if len as usize > world.room {
            return Err(io::ErrorKind::StorageFull.into());
        }
        world.inodes[name].op(Op::Resize(len as usize));
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut world = self.0.borrow_mut();
        let name = world.name.ok_or(io::ErrorKind::NotFound)?;
        world.sync(name)
    }

    fn write_beside(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut world = self.0.borrow_mut();
        world.inodes.push(Inode::default());
        let beside = world.inodes.len() - 1;
        world.beside = Some(beside);
        world.write(beside, 0, bytes)
    }

    fn sync_beside(&mut self) -> io::Result<()> {
        let mut world = self.0.borrow_mut();
        let beside = world.beside.ok_or(io::ErrorKind::NotFound)?;
        world.sync(beside)
    }

    fn put_beside(&mut self) -> io::Result<()> {
        let mut world = self.0.borrow_mut();
        world.step().map_err(|(_, error)| error)?;
        let beside = world.beside.take().ok_or(io::ErrorKind::NotFound)?;
        world.name = Some(beside);
        world.names.push(Some(beside));
        Ok(())
    }

    fn sync_folder(&mut self) -> io::Result<()> {
        let mut world = self.0.borrow_mut();
        world.step().map_err(|(_, error)| error)?;
        world.names = vec![world.name];
        Ok(())
    }

    fn drop_beside(&mut self) {
        self.0.borrow_mut().beside = None;
    }
}
