//! Against the definitions of RFC 6962, section 2.1, written down as they stand there, by recursion.

use proptest::prelude::*;
use tlog::{
    Error, Hash, Tree, leaf_hash, node_hash, root_of_empty, verify_consistency, verify_inclusion,
};

use crate::folder::{entries, tree};

fn split(n: usize) -> usize {
    let mut k = 1;
    while k * 2 < n {
        k *= 2;
    }
    k
}

/// MTH(D[n]).
pub(crate) fn mth(d: &[Vec<u8>]) -> Hash {
    match d {
        [] => root_of_empty(),
        [one] => leaf_hash(one),
        _ => {
            let (left, right) = d.split_at(split(d.len()));
            node_hash(&mth(left), &mth(right))
        }
    }
}

/// PATH(m, D[n]).
fn path(m: usize, d: &[Vec<u8>]) -> Vec<Hash> {
    if d.len() == 1 {
        return Vec::new();
    }
    let k = split(d.len());
    let (left, right) = d.split_at(k);
    let (mut proof, other) =
        if m < k { (path(m, left), mth(right)) } else { (path(m - k, right), mth(left)) };
    proof.push(other);
    proof
}

/// SUBPROOF(m, D[n], b).
fn subproof(m: usize, d: &[Vec<u8>], whole: bool) -> Vec<Hash> {
    if m == d.len() {
        return if whole { Vec::new() } else { vec![mth(d)] };
    }
    let k = split(d.len());
    let (left, right) = d.split_at(k);
    let (mut proof, other) = if m <= k {
        (subproof(m, left, whole), mth(right))
    } else {
        (subproof(m - k, right, false), mth(left))
    };
    proof.push(other);
    proof
}

#[test]
fn every_root_and_every_proof_up_to_two_hundred_entries() {
    let all = entries(200);
    let full = tree(&all);
    let mut growing = Tree::new();
    assert_eq!(growing.root(), mth(&[]));
    let roots: Vec<Hash> = (0..=200).map(|size| mth(&all[..size])).collect();
    for size in 1..=200 {
        assert_eq!(growing.push(&all[size - 1]), size as u64 - 1);
        assert_eq!(growing.root(), roots[size], "root of {size}");
        assert_eq!(full.root_at(size as u64).unwrap(), roots[size]);
        for index in 0..size {
            let proof = full.inclusion(index as u64, size as u64).unwrap();
            let leaf = leaf_hash(&all[index]);
            verify_inclusion(&leaf, index as u64, size as u64, &proof, &roots[size]).unwrap();
            // The recursion is slow: every size has its turn, every index in some of them.
            if (size + index) % 5 == 0 {
                assert_eq!(proof, path(index, &all[..size]), "entry {index} of {size}");
            }
        }
        for old in 0..=size {
            let proof = full.consistency(old as u64, size as u64).unwrap();
            verify_consistency(old as u64, size as u64, &proof, &roots[old], &roots[size]).unwrap();
            if old > 0 && (size + old) % 5 == 0 {
                assert_eq!(proof, subproof(old, &all[..size], true), "{old} to {size}");
            }
        }
    }
}

#[test]
fn what_the_tree_does_not_have_is_refused() {
    let tree = tree(&entries(10));
    for (index, size) in [(10, 10), (0, 11), (0, 0), (5, 5), (3, u64::MAX), (u64::MAX, u64::MAX)] {
        assert!(tree.inclusion(index, size).is_err(), "{index} of {size}");
    }
    for (old, new) in [(5, 11), (6, 5), (1, u64::MAX)] {
        assert!(tree.consistency(old, new).is_err(), "{old} to {new}");
    }
    assert!(tree.root_at(11).is_err());
}

/// A short proof that leads to the root of a smaller tree says nothing of a larger one, and the empty tree has one root.
#[test]
fn the_length_of_a_proof_is_that_of_the_tree() {
    let tree = tree(&entries(64));
    for size in 1..=16 {
        let root = tree.root_at(size).unwrap();
        for index in 0..size {
            let leaf = leaf_hash(&entries(64)[usize::try_from(index).unwrap()]);
            let proof = tree.inclusion(index, size).unwrap();
            for claimed in (size.next_power_of_two() + 1)..64 {
                assert_eq!(
                    verify_inclusion(&leaf, index, claimed, &proof, &root),
                    Err(Error::Proof),
                    "entry {index} of {size} as one of {claimed}"
                );
            }
        }
        for old in 1..size {
            let (first, proof) = (tree.root_at(old).unwrap(), tree.consistency(old, size).unwrap());
            for claimed in (size.next_power_of_two() + 1)..64 {
                assert_eq!(
                    verify_consistency(old, claimed, &proof, &first, &root),
                    Err(Error::Proof),
                    "{old} to {size} as {old} to {claimed}"
                );
            }
        }
    }
    let (wrong, root) = ([7; 32], tree.root());
    assert_eq!(verify_consistency(0, 64, &[], &root_of_empty(), &root), Ok(()));
    assert_eq!(verify_consistency(0, 64, &[], &wrong, &root), Err(Error::Proof));
    assert_eq!(verify_consistency(0, 0, &[], &wrong, &wrong), Err(Error::Proof));
    assert_eq!(verify_consistency(0, 64, &[wrong], &root_of_empty(), &root), Err(Error::Proof));
    assert_eq!(verify_consistency(64, 0, &[], &root, &root_of_empty()), Err(Error::Proof));
    assert_eq!(verify_inclusion(&root, 0, 0, &[], &root), Err(Error::Proof));
}

proptest! {
    /// A proof changed anywhere, or asked of another place, no longer leads to the root.
    #[test]
    fn a_proof_is_for_one_place_only(
        size in 2u64..600, index in 0u64..600, other in 0u64..600, bit in 0usize..256, at in 0usize..12,
    ) {
        let (index, other) = (index % size, other % size);
        let all = entries(size);
        let tree = tree(&all);
        let (root, leaf) = (tree.root(), leaf_hash(&all[usize::try_from(index).unwrap()]));
        let proof = tree.inclusion(index, size).unwrap();
        prop_assert!(verify_inclusion(&leaf, index, size, &proof, &root).is_ok());
        if other != index {
            prop_assert!(verify_inclusion(&leaf, other, size, &proof, &root).is_err());
        }
        let mut bent = proof.clone();
        let place = at % bent.len();
        bent[place][bit / 8] ^= 1 << (bit % 8);
        prop_assert!(verify_inclusion(&leaf, index, size, &bent, &root).is_err());
        prop_assert!(verify_inclusion(&leaf, index, size, &proof[1..], &root).is_err());
        let long = [proof, vec![[0; 32]]].concat();
        prop_assert!(verify_inclusion(&leaf, index, size, &long, &root).is_err());
    }

    /// The same for two sizes.
    #[test]
    fn a_consistency_proof_is_for_two_sizes_only(
        new in 2u64..600, old in 1u64..600, bit in 0usize..256, at in 0usize..12,
    ) {
        let old = 1 + old % (new - 1);
        let all = entries(new);
        let tree = tree(&all);
        let (first, last) = (tree.root_at(old).unwrap(), tree.root());
        let proof = tree.consistency(old, new).unwrap();
        prop_assert!(verify_consistency(old, new, &proof, &first, &last).is_ok());
        prop_assert!(verify_consistency(old, new, &proof, &last, &first).is_err());
        prop_assert!(verify_consistency(old, new, &proof[1..], &first, &last).is_err());
        let mut bent = proof.clone();
        let place = at % bent.len();
        bent[place][bit / 8] ^= 1 << (bit % 8);
        prop_assert!(verify_consistency(old, new, &bent, &first, &last).is_err());
        let long = [proof, vec![[0; 32]]].concat();
        prop_assert!(verify_consistency(old, new, &long, &first, &last).is_err());
    }
}
