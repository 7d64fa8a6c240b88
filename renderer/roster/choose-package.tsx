import '@mantine/dropzone/styles.css';
import { Button, Group, Stack, Text } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { IconFiles, IconFolder, IconUpload } from '@tabler/icons-react';
import { useRef, type ChangeEvent } from 'react';
import { text } from '../app/catalogue.ts';
import classes from './import.module.css';
import { toPackageFiles, type PackageFile } from './upload-package.ts';

/** Where a package comes in: dropped, or chosen as a zip or a folder. */
export function ChoosePackage({ onChosen }: { readonly onChosen: (files: readonly PackageFile[]) => void }) {
  const zipInput = useRef<HTMLInputElement>(null);
  const folderInput = useRef<HTMLInputElement>(null);

  const take = (event: ChangeEvent<HTMLInputElement>): void => {
    const files = [...(event.currentTarget.files ?? [])];
    // The same file can be chosen again, mended.
    event.currentTarget.value = '';
    onChosen(toPackageFiles(files));
  };

  return (
    <Dropzone
      onDrop={(files) => {
        onChosen(toPackageFiles(files));
      }}
      // The two buttons are what opens a file dialog; the area itself only takes what is dropped.
      activateOnClick={false}
      activateOnKeyboard={false}
      enablePointerEvents
      tabIndex={-1}
      inputProps={{ 'aria-hidden': true, tabIndex: -1 }}
      maw="44rem"
      p="xl"
    >
      <Stack gap="md" align="flex-start">
        <Group gap="md" wrap="nowrap" align="flex-start">
          <IconUpload size={28} stroke={1.5} aria-hidden className={classes.dropIcon} />
          <div>
            <Text fw={600}>{text('import.drop')}</Text>
            <Text c="dimmed">{text('import.drop.text')}</Text>
          </div>
        </Group>
        <Group gap="sm">
          <Button
            leftSection={<IconFiles size={18} aria-hidden />}
            onClick={() => {
              zipInput.current?.click();
            }}
          >
            {text('import.chooseZip')}
          </Button>
          <Button
            variant="default"
            leftSection={<IconFolder size={18} aria-hidden />}
            onClick={() => {
              folderInput.current?.click();
            }}
          >
            {text('import.chooseFolder')}
          </Button>
        </Group>
      </Stack>
      <input
        ref={zipInput}
        type="file"
        accept=".zip,.csv,.txt,.tsv"
        multiple
        hidden
        onChange={take}
        data-choose="zip"
      />
      <input
        ref={(input) => {
          folderInput.current = input;
          // React's types do not know the attribute.
          if (input !== null) input.webkitdirectory = true;
        }}
        type="file"
        hidden
        onChange={take}
        data-choose="folder"
      />
    </Dropzone>
  );
}
