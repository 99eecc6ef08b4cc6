//! A way between a client and a server on which connections break, at moments a test chooses.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

/// What happens to the next request whose first line begins in a certain way.
pub enum Mishap {
    /// It is cut off after so many bytes.
    Cut(usize),
    /// It arrives, and its answer never does.
    AnswerLost,
    /// It arrives, and its answer is kept back for as long as the test wants.
    AnswerHeld,
    /// It is answered with this, on the way.
    Answered(&'static str),
    /// It goes on when the test has done something.
    Delayed,
}

struct State {
    target: SocketAddr,
    mishaps: Vec<(&'static str, Mishap)>,
}

/// The way.
pub struct Proxy {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    happened: Mutex<Receiver<()>>,
    go_on: Sender<()>,
}

impl Proxy {
    /// A way to a server.
    ///
    /// # Panics
    /// If there is no free port.
    pub fn to(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(Mutex::new(State {
            target,
            mishaps: Vec::new(),
        }));
        let (tell, happened) = channel();
        let (go_on, gone_on) = channel();
        let shared = Arc::clone(&state);
        let gone_on = Arc::new(Mutex::new(gone_on));
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let (state, tell, gone_on) =
                    (Arc::clone(&shared), tell.clone(), Arc::clone(&gone_on));
                std::thread::spawn(move || {
                    Way {
                        state,
                        tell,
                        gone_on,
                    }
                    .forward(client)
                });
            }
        });
        Self {
            address,
            state,
            happened: Mutex::new(happened),
            go_on,
        }
    }

    /// Where it begins.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Leads it to another server.
    ///
    /// # Panics
    /// If a connection panicked.
    pub fn lead_to(&self, target: SocketAddr) {
        self.state.lock().expect("no panic").target = target;
    }

    /// Plans a mishap for the next request whose first line begins so.
    ///
    /// # Panics
    /// If a connection panicked.
    pub fn plan(&self, request: &'static str, mishap: Mishap) {
        let mut state = self.state.lock().expect("no panic");
        state.mishaps.push((request, mishap));
    }

    /// Waits until a mishap has happened.
    ///
    /// # Panics
    /// If none does.
    pub fn wait(&self) {
        let happened = self.happened.lock().expect("no panic");
        happened
            .recv_timeout(std::time::Duration::from_secs(60))
            .expect("a mishap");
    }

    /// Lets go on what was held or delayed.
    ///
    /// # Panics
    /// Never: the other end lives as long as this.
    pub fn go_on(&self) {
        self.go_on.send(()).expect("somebody waits");
    }
}

struct Way {
    state: Arc<Mutex<State>>,
    tell: Sender<()>,
    gone_on: Arc<Mutex<Receiver<()>>>,
}

impl Way {
    fn mishap(&self, piece: &[u8]) -> Option<Mishap> {
        let mut state = self.state.lock().expect("no panic");
        let place = state
            .mishaps
            .iter()
            .position(|(request, _)| piece.starts_with(request.as_bytes()))?;
        Some(state.mishaps.remove(place).1)
    }

    fn wait(&self) {
        let _ = self.tell.send(());
        let _ = self.gone_on.lock().expect("no panic").recv();
    }

    fn forward(self, mut client: TcpStream) {
        let target = self.state.lock().expect("no panic").target;
        let Ok(mut server) = TcpStream::connect(target) else {
            return;
        };
        let held = Arc::new(Mutex::new(None::<bool>));
        let back = answers(&server, &client, Arc::clone(&held), self.tell.clone());
        let mut left = usize::MAX;
        let mut piece = vec![0; 65_536];
        while let Ok(length) = client.read(&mut piece) {
            let mut read = &piece[..length];
            match self.mishap(read) {
                None => {}
                Some(Mishap::Cut(bytes)) => left = bytes,
                Some(Mishap::AnswerLost) => *held.lock().expect("no panic") = Some(false),
                Some(Mishap::AnswerHeld) => *held.lock().expect("no panic") = Some(true),
                Some(Mishap::Delayed) => self.wait(),
                Some(Mishap::Answered(answer)) => {
                    let _ = client.write_all(answer.as_bytes());
                    break;
                }
            }
            let cut = left < read.len();
            read = &read[..read.len().min(left)];
            left = left.saturating_sub(read.len());
            if length == 0 || server.write_all(read).is_err() {
                break;
            }
            if cut {
                let _ = server.flush();
                self.wait();
                break;
            }
        }
        let _ = server.shutdown(Shutdown::Both);
        let _ = client.shutdown(Shutdown::Both);
        let _ = back.join();
    }
}

/// The other direction, until an answer is to be lost or held.
fn answers(
    server: &TcpStream,
    client: &TcpStream,
    held: Arc<Mutex<Option<bool>>>,
    tell: Sender<()>,
) -> std::thread::JoinHandle<()> {
    let mut server = server.try_clone().expect("a stream");
    let mut client = client.try_clone().expect("a stream");
    std::thread::spawn(move || {
        let mut piece = vec![0; 65_536];
        while let Ok(length) = server.read(&mut piece) {
            let what = *held.lock().expect("no panic");
            match what {
                Some(hold) => {
                    let _ = tell.send(());
                    if hold {
                        // Whoever waits for it is killed, and the connection with him.
                        let _ = client.read(&mut [0]);
                    }
                    break;
                }
                None if length == 0 || client.write_all(&piece[..length]).is_err() => break,
                None => {}
            }
        }
        let _ = server.shutdown(Shutdown::Both);
        let _ = client.shutdown(Shutdown::Both);
    })
}
