mod clock;
mod days;
mod intake;
mod restart;
mod world;
