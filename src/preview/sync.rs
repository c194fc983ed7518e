//! Two previews of one patch on one machine, or on two: each tells the other what it has, and sends what the other lacks.
//!
//! The first to take the address listens, the others connect to it. Both sides say the same: after [`HELLO`], frames of a
//! length, a kind and a payload. What comes is bounded and checked, and joins `FILE.history`; that the files follow is the
//! player's part.

use std::fmt;
use std::io::{self, Read, Write};
#[cfg(any(feature = "cli", test))]
use std::net::{IpAddr, Ipv4Addr};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::sleep;
use std::time::Duration;

use crate::history::{HistoryError, HistoryFile, Page, RevisionId, Walk};

/// What both sides begin with: what speaks, and its version.
const HELLO: &[u8; 16] = b"pavane history 1";
/// The most bytes of a frame.
const FRAME_BYTES_MAX: u32 = 64 << 20;
/// A frame of revisions ends with the one that makes it longer than this.
const STREAM_BYTES: usize = 4 << 20;
/// The most revisions of a frame.
const PAGE: usize = 256;
/// The most ids that a side says it has.
const HAVE_MAX: usize = 4096;
/// How often the file is looked at.
const POLL: Duration = Duration::from_millis(100);
/// How long a side waits before it tries again.
const RETRY: Duration = Duration::from_millis(500);
const PATIENCE: Duration = Duration::from_secs(10);

/// What the player is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum News {
    /// A peer is at this revision, and it is in the history.
    Peer(RevisionId),
    /// For people.
    Said(String),
}

/// `PORT` of this machine, or `ADDRESS:PORT`.
///
/// # Errors
/// For anything else.
#[cfg(any(feature = "cli", test))]
pub(crate) fn address(text: &str) -> Result<SocketAddr, String> {
    if let Ok(port) = text.parse::<u16>() {
        return Ok(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port));
    }
    text.parse().map_err(|_| "write a port of this machine, such as 7770, or an address with a port".into())
}

/// Why a connection ended.
#[derive(Debug)]
enum SyncError {
    /// It was closed, or broke.
    Gone,
    /// What is at the other end does not speak as previews do: why.
    Rubbish(&'static str),
    History(HistoryError),
}

impl From<io::Error> for SyncError {
    fn from(_: io::Error) -> Self {
        Self::Gone
    }
}

impl From<HistoryError> for SyncError {
    fn from(error: HistoryError) -> Self {
        Self::History(error)
    }
}

impl fmt::Display for SyncError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone => f.write_str("the peer is gone"),
            Self::Rubbish(why) => write!(f, "what answers is no preview of this version: {why}"),
            Self::History(error) => error.fmt(f),
        }
    }
}

/// What one side says.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Message {
    /// Where it is, and revisions that it has, with all that they came of.
    Have { here: RevisionId, have: Vec<RevisionId> },
    /// Revisions and their texts, as [`History::export`](crate::history::History::export) gives them.
    Revisions(Vec<u8>),
}

impl Message {
    fn write(&self, to: &mut impl Write) -> io::Result<()> {
        let (kind, payload) = match self {
            Self::Have { here, have } => {
                let ids = std::iter::once(here).chain(have);
                (1, ids.flat_map(|id| id.to_bytes()).collect())
            }
            Self::Revisions(stream) => (2, stream.clone()),
        };
        // A stream has at most `STREAM_BYTES` and one revision more.
        let mut frame = (payload.len() as u32).to_le_bytes().to_vec();
        frame.push(kind);
        frame.extend(payload);
        to.write_all(&frame)
    }

    fn read(from: &mut impl Read) -> Result<Self, SyncError> {
        let mut head = [0; 5];
        from.read_exact(&mut head)?;
        let [a, b, c, d, kind] = head;
        let len = u32::from_le_bytes([a, b, c, d]);
        if len > FRAME_BYTES_MAX {
            return Err(SyncError::Rubbish("a frame has more than 64 MiB"));
        }
        // Memory is taken as bytes come, not as they are promised.
        let mut payload = Vec::new();
        from.take(u64::from(len)).read_to_end(&mut payload)?;
        if payload.len() != len as usize {
            return Err(SyncError::Gone);
        }
        match kind {
            1 => {
                let (ids, rest) = payload.as_chunks();
                let ids: Vec<RevisionId> = ids.iter().map(|&id| RevisionId::from_bytes(id)).collect();
                match ids.split_first() {
                    Some((&here, have)) if rest.is_empty() && have.len() <= HAVE_MAX => {
                        Ok(Self::Have { here, have: have.to_vec() })
                    }
                    _ => Err(SyncError::Rubbish("a list of revisions is none")),
                }
            }
            2 => Ok(Self::Revisions(payload)),
            _ => Err(SyncError::Rubbish("a frame is of no known kind")),
        }
    }
}

/// One side of a conversation, without its socket.
struct Exchange {
    file: HistoryFile,
    walk: Walk,
    page: Page,
    /// What was said last.
    said: Option<Message>,
    /// Where the other side is.
    peer: Option<RevisionId>,
}

impl Exchange {
    fn new(path: &Path) -> Result<Self, HistoryError> {
        let file = HistoryFile::open_or_create(path)?;
        Ok(Self { file, walk: Walk::growing(), page: Page::default(), said: None, peer: None })
    }

    /// What this side has: its heads, and of the others some, ever farther apart, so that who has a part of them sees how
    /// much.
    fn have(&self) -> Message {
        let history = self.file.history();
        let mut have = history.heads();
        have.truncate(HAVE_MAX / 2);
        let ids = history.graph().ids();
        let mut back = 1;
        while back < ids.len() {
            have.push(ids[ids.len() - 1 - back]);
            back *= 2;
        }
        Message::Have { here: history.here(), have }
    }

    /// What is to be said although nobody asked: that something has changed here.
    fn poll(&mut self) -> Result<Option<Message>, HistoryError> {
        self.file.refresh()?;
        let have = self.have();
        if self.said.as_ref() == Some(&have) {
            return Ok(None);
        }
        self.said = Some(have.clone());
        Ok(Some(have))
    }

    /// The answers to what the other side says.
    fn receive(&mut self, message: Message) -> Result<Vec<Message>, HistoryError> {
        match message {
            Message::Have { here, have } => {
                self.peer = Some(here);
                self.file.refresh()?;
                let history = self.file.history();
                history.missing(&have, PAGE, &mut self.walk, &mut self.page)?;
                let stream = history.export(self.page.runs(), STREAM_BYTES)?;
                let mut answers = Vec::new();
                if !stream.is_empty() {
                    answers.push(Message::Revisions(stream));
                }
                // What it has and this side lacks is sent to who says what it has.
                if have.iter().any(|&id| !history.has(id)) {
                    answers.push(self.have());
                }
                Ok(answers)
            }
            Message::Revisions(stream) => {
                self.file.update(|history| history.import(&stream))?;
                // Also where nothing was new: the other side waits for it before it sends more.
                let have = self.have();
                self.said = Some(have.clone());
                Ok(vec![have])
            }
        }
    }

    /// Where the other side is, if that is known here.
    fn peer(&self) -> Option<RevisionId> {
        self.peer.filter(|&peer| self.file.history().has(peer))
    }
}

/// Keeps a history and those of peers together until `stop` is set.
pub(super) fn run(
    address: SocketAddr,
    path: &Path,
    stop: &Arc<AtomicBool>,
    tell: impl Fn(News) + Clone + Send + 'static,
) {
    let mut said = String::new();
    while !stop.load(Ordering::Relaxed) {
        let done = match TcpListener::bind(address) {
            Ok(listener) => serve(&listener, path, stop, &tell),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                TcpStream::connect_timeout(&address, PATIENCE).map_err(SyncError::from).and_then(|stream| {
                    tell(News::Said(format!("sync: connected to {address}")));
                    talk(stream, path, stop, &tell)
                })
            }
            Err(error) => {
                tell(News::Said(format!("sync: cannot listen at {address}: {error}")));
                return;
            }
        };
        if let Err(error) = done {
            let text = format!("sync: {error}");
            if said != text && !stop.load(Ordering::Relaxed) {
                tell(News::Said(text.clone()));
                said = text;
            }
        }
        sleep(RETRY);
    }
}

fn serve(
    listener: &TcpListener,
    path: &Path,
    stop: &Arc<AtomicBool>,
    tell: &(impl Fn(News) + Clone + Send + 'static),
) -> Result<(), SyncError> {
    listener.set_nonblocking(true)?;
    while !stop.load(Ordering::Relaxed) {
        match listener.accept() {
            Ok((stream, peer)) => {
                let (path, stop, tell): (PathBuf, _, _) = (path.into(), Arc::clone(stop), tell.clone());
                std::thread::Builder::new().name("pavane-peer".into()).spawn(move || {
                    tell(News::Said(format!("sync: {peer} connected")));
                    if let Err(error) = talk(stream, &path, &stop, &tell) {
                        tell(News::Said(format!("sync: {peer}: {error}")));
                    }
                })?;
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => sleep(POLL),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Talks until the other side is gone.
fn talk(
    mut stream: TcpStream,
    path: &Path,
    stop: &Arc<AtomicBool>,
    tell: &impl Fn(News),
) -> Result<(), SyncError> {
    stream.set_nonblocking(false)?;
    stream.set_nodelay(true)?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut exchange = Exchange::new(path)?;
    stream.write_all(HELLO)?;
    // Somebody always reads, so that two who write much do not wait for each other.
    let (sender, heard) = sync_channel(4);
    let reader = stream.try_clone()?;
    let listening =
        std::thread::Builder::new().name("pavane-listen".into()).spawn(move || listen(reader, &sender))?;
    let done = converse(&mut exchange, &mut stream, &heard, stop, tell);
    // Ends the reader, which may wait for bytes or for somebody to take what it read.
    let _ = stream.shutdown(Shutdown::Both);
    drop(heard);
    let _ = listening.join();
    done
}

fn listen(mut stream: TcpStream, sender: &SyncSender<Result<Message, SyncError>>) {
    let mut hello = [0; HELLO.len()];
    let greeted = stream.read_exact(&mut hello).map_err(SyncError::from).and_then(|()| {
        let wrong = SyncError::Rubbish("it does not greet as previews do");
        if hello == *HELLO { Ok(()) } else { Err(wrong) }
    });
    if let Err(error) = greeted {
        let _ = sender.send(Err(error));
        return;
    }
    loop {
        let read = Message::read(&mut stream);
        let is_end = read.is_err();
        if sender.send(read).is_err() || is_end {
            return;
        }
    }
}

fn converse(
    exchange: &mut Exchange,
    stream: &mut TcpStream,
    heard: &Receiver<Result<Message, SyncError>>,
    stop: &AtomicBool,
    tell: &impl Fn(News),
) -> Result<(), SyncError> {
    let mut told = None;
    while !stop.load(Ordering::Relaxed) {
        let answers = match heard.recv_timeout(POLL) {
            Ok(message) => exchange.receive(message?)?,
            Err(RecvTimeoutError::Timeout) => exchange.poll()?.into_iter().collect(),
            Err(RecvTimeoutError::Disconnected) => return Err(SyncError::Gone),
        };
        for answer in answers {
            answer.write(stream)?;
        }
        let peer = exchange.peer();
        if let Some(at) = peer.filter(|_| told != peer) {
            tell(News::Peer(at));
            told = peer;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::fs;
    use std::sync::mpsc::channel;
    use std::time::Instant;

    use super::*;
    use crate::history::{Draft, History};

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("pavane-sync-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn save(file: &mut HistoryFile, text: &str) -> RevisionId {
        let save = |history: &mut History| {
            let parents = [history.here()];
            history.save(Draft { parents: &parents, files: &[("", text)], saved_at_ms: 0, note: "" })
        };
        file.update(save).unwrap()
    }

    fn ids(exchange: &Exchange) -> Vec<String> {
        let mut ids: Vec<String> =
            exchange.file.history().revisions().map(|revision| revision.id.to_string()).collect();
        ids.sort();
        ids
    }

    /// Lets two talk until neither has anything to say, and gives the number of messages.
    fn converge(sides: &mut [Exchange; 2]) -> usize {
        let mut under_way: VecDeque<(usize, Message)> = VecDeque::new();
        for count in 0..100 {
            for (k, side) in sides.iter_mut().enumerate() {
                under_way.extend(side.poll().unwrap().map(|message| (1 - k, message)));
            }
            let Some((to, message)) = under_way.pop_front() else { return count };
            let mut bytes = Vec::new();
            message.write(&mut bytes).unwrap();
            let read = Message::read(&mut bytes.as_slice()).unwrap();
            assert_eq!(read, message);
            under_way.extend(sides[to].receive(read).unwrap().into_iter().map(|answer| (1 - to, answer)));
        }
        panic!("they never stop");
    }

    #[test]
    fn two_histories_come_together() {
        let folder = folder("two");
        let mut sides = ["a", "b"].map(|name| Exchange::new(&folder.join(name)).unwrap());
        for k in 0..300 {
            save(&mut sides[0].file, &format!("size = {k}\n"));
        }
        converge(&mut sides);
        assert_eq!(ids(&sides[0]), ids(&sides[1]));
        assert_eq!(sides[0].file.history().revisions().len(), 300);
        assert_eq!(sides[1].file.history().here(), RevisionId::ROOT, "nobody else moves");
        // Both continue, each on a branch of its own.
        let end = sides[0].file.history().here();
        sides[1].file.update(|history| history.switch_to(end)).unwrap();
        let ends = [0, 1].map(|k| {
            (0..20).map(|n| save(&mut sides[k].file, &format!("side = {k}\nn = {n}\n"))).last().unwrap()
        });
        let messages = converge(&mut sides);
        assert!(messages < 20, "{messages}");
        assert_eq!(ids(&sides[0]), ids(&sides[1]));
        assert_eq!(sides[0].file.history().revisions().len(), 340);
        assert_eq!([sides[1].peer(), sides[0].peer()], ends.map(Some));
        // One continues, and the other has nothing to say.
        save(&mut sides[1].file, "size = 9\n");
        converge(&mut sides);
        assert_eq!(ids(&sides[0]), ids(&sides[1]));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn rubbish_is_an_error_and_no_more() {
        let read = |bytes: &[u8]| Message::read(&mut &bytes[..]);
        assert!(matches!(read(&[]), Err(SyncError::Gone)));
        assert!(matches!(read(&[0xff, 0xff, 0xff, 0xff, 2]), Err(SyncError::Rubbish(_))));
        assert!(matches!(read(&[0xff, 0xff, 0xff, 0, 2, 1]), Err(SyncError::Gone)));
        assert!(matches!(read(&[0, 0, 0, 0, 9]), Err(SyncError::Rubbish(_))));
        assert!(matches!(read(&[0, 0, 0, 0, 1]), Err(SyncError::Rubbish(_))));
        assert!(matches!(read(&[3, 0, 0, 0, 1, 1, 2, 3]), Err(SyncError::Rubbish(_))));
        let folder = folder("rubbish");
        let mut side = Exchange::new(&folder.join("a")).unwrap();
        assert!(side.receive(Message::Revisions(vec![7; 100])).is_err());
        let unknown = RevisionId::from_number(4);
        assert_eq!(side.receive(Message::Have { here: unknown, have: vec![] }).unwrap(), []);
        assert_eq!(side.peer(), None);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn over_a_socket_past_somebody_who_talks_rubbish() {
        let folder = folder("socket");
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address = address(&port.to_string()).unwrap();
        assert!(address.ip().is_loopback());
        let stop = Arc::new(AtomicBool::new(false));
        let start = |name: &str| {
            let (sender, news) = channel();
            let (path, flag) = (folder.join(name), Arc::clone(&stop));
            let mut file = HistoryFile::open_or_create(&path).unwrap();
            let saved = save(&mut file, name);
            let side =
                std::thread::spawn(move || run(address, &path, &flag, move |said| drop(sender.send(said))));
            (saved, news, side, file)
        };
        let (a, news_a, side_a, mut file_a) = start("a");
        // Not before the first listens: then this is what talks rubbish to it.
        let began = Instant::now();
        let mut stranger = loop {
            if let Ok(stream) = TcpStream::connect(address) {
                break stream;
            }
            assert!(began.elapsed() < PATIENCE);
            sleep(POLL);
        };
        stranger.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        let (b, news_b, side_b, mut file_b) = start("b");
        let wait = |news: &Receiver<News>, wanted: News| {
            while news.recv_timeout(PATIENCE).expect("news") != wanted {}
        };
        wait(&news_a, News::Peer(b));
        wait(&news_b, News::Peer(a));
        for file in [&mut file_a, &mut file_b] {
            file.refresh().unwrap();
            assert!(file.history().has(a) && file.history().has(b));
        }
        let c = save(&mut file_a, "c");
        wait(&news_b, News::Peer(c));
        stop.store(true, Ordering::Relaxed);
        side_a.join().unwrap();
        side_b.join().unwrap();
        fs::remove_dir_all(folder).unwrap();
    }
}
